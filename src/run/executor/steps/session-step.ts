import { serializeError } from '../../../contract/errors.ts';
import type { Settled } from '../../protocol.ts';
import type { StepHandler } from './step-context.ts';

/** What was said before in this session; recorded, so that a replay reads the same conversation. */
export const sessionStep: StepHandler<'session'> = async ({ step, services, run, requestHash }) => {
  const settled: Settled = await services.readSession(run.facts).then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error: serializeError(error, 'session_unreadable') }),
  );
  step.record({
    meta: {
      kind: 'step.completed',
      key: step.key,
      operation: 'session',
      outcome: settled.ok ? 'ok' : 'error',
    },
    body: { requestHash, ...(settled.ok ? { output: settled.value } : { error: settled.error }) },
  });
  return settled;
};
