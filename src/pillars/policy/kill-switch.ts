import { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall, ToolCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { KillSwitch, KillSwitches } from './kill-switches.ts';

/**
 * Refuses what an operator switched off. A tool that is off is denied and the run goes on without it; an
 * agent, a model or everything that is off ends the run.
 */
export function killSwitch<Call extends ToolCall | ModelCall, Result>(
  switches: Pick<KillSwitches, 'current'>,
): Middleware<Call, Result> {
  return {
    name: 'kill-switch',
    async handle(call, next) {
      const set = await switches.current(call.signal);
      const targets = targetsOf(call);
      const off = set
        .filter(
          ({ tenant, target }) => (tenant === null || tenant === call.run.tenant) && targets.includes(target),
        )
        // What ends the run comes before what only denies a call.
        .sort((a, b) => targets.indexOf(a.target) - targets.indexOf(b.target))[0];
      if (off !== undefined) throw switchedOff(off);
      return next(call);
    },
  };
}

function targetsOf(call: ToolCall | ModelCall): string[] {
  const own = 'tool' in call ? `tool:${call.tool.name}` : `model:${call.model}`;
  return ['*', `agent:${call.run.agent}`, own];
}

function switchedOff({ target, tenant, reason, setBy, setAt }: KillSwitch): BulkheadError {
  const what = target === '*' ? 'Everything' : `The ${target.replace(':', ' "')}"`;
  const where = tenant === null ? 'for every tenant' : `for tenant ${tenant}`;
  const since = new Date(setAt).toISOString();
  return new BulkheadError({
    code: 'switched_off',
    message: `${what} is switched off ${where} by ${setBy} since ${since}: ${reason.replace(/\.$/, '')}. It works again once an operator clears the kill switch "${target}".`,
    status: 503,
    details: { target, tenant, setBy },
    ...(target.startsWith('tool:') ? { denied: true } : { denied: true, endsRun: true }),
  });
}
