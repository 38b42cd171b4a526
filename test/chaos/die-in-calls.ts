import type { ToolCall } from '../../src/contract/gateway-call.ts';
import type { Middleware } from '../../src/contract/middleware.ts';
import type { RunFacts } from '../../src/contract/run.ts';
import type { Step } from '../../src/contract/step.ts';
import type { Pipelines } from '../../src/surfaces/composition/start-worker.ts';
import { type Place, toPlan } from './kill-plan.ts';
import type { Strike } from './strike.ts';

type Call = { run: RunFacts; step: Step };

/** Puts deaths into both gateways: around everything, and directly below what writes ahead. */
export function dieInCalls(strike: Strike): (pipelines: Pipelines) => Pipelines {
  return ({ tool, model }) => ({
    tool: withDeaths<ToolCall, unknown, Pipelines['tool'][number]>(tool, 'ledger', strike),
    model: withDeaths(model, 'budget', strike),
  });
}

function withDeaths<C extends Call, Result, M extends Middleware<C, Result>>(
  pipeline: readonly M[],
  writesAhead: string,
  strike: Strike,
): M[] {
  const below = pipeline.findIndex(({ name }) => name === writesAhead) + 1;
  if (below === 0) throw new Error(`No middleware is called "${writesAhead}" any more.`);
  return [
    death('above', 'back', strike) as M,
    ...pipeline.slice(0, below),
    death('started', 'performed', strike) as M,
    ...pipeline.slice(below),
  ];
}

function death(down: Place, back: Place, strike: Strike): Middleware<Call, unknown> {
  const dieAt = async ({ run, step }: Call, place: Place) => {
    const plan = toPlan(run.subject);
    if (plan === undefined || !('call' in plan) || plan.agent !== run.agent) return;
    if (plan.call === step.key && plan.place === place) await strike(plan);
  };
  return {
    name: `death-${down}`,
    async handle(call, next) {
      await dieAt(call, down);
      const result = await next(call);
      await dieAt(call, back);
      return result;
    },
  };
}
