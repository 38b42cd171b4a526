import { serializeError } from '../../../contract/errors.ts';
import { asText } from '../../../pillars/window/index.ts';
import type { Settled } from '../../protocol.ts';
import type { StepHandler } from './step-context.ts';

/** What was said before in this session; recorded, so that a replay reads the same conversation. */
export const sessionStep: StepHandler<'session'> = async ({
  step,
  services,
  run,
  journal,
  definition,
  requestHash,
}) => {
  const text = asText(journal.entries[0]?.body?.input ?? null);
  const settled: Settled = await services
    .readSession(run.facts, { text, definition, budget: run.budget })
    .then(
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
