import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { Step } from '../../../contract/step.ts';

/** The code of an attempt whose answer did not pass its checks. */
const NOT_PASSED = 'not_passed';

/** The budget settles a call by the answer that it ends with: what another one cost is written down with its attempt. */
export function chargeRefused(
  { step }: Pick<ModelCall, 'step'>,
  { model, usage, usd = 0 }: ModelResponse,
): void {
  step.record({
    meta: {
      kind: 'model.attempted',
      key: step.key,
      attempt: lastAttempt(step),
      model,
      code: NOT_PASSED,
      tokens: usage.inputTokens + usage.outputTokens,
      inputTokens: usage.inputTokens,
      usd,
    },
  });
}

/** Shows an answer that was held back. */
export function show(
  { step, onDelta }: Pick<ModelCall, 'step' | 'onDelta'>,
  { content }: ModelResponse,
): void {
  const attempt = lastAttempt(step);
  for (const part of content)
    if (part.type === 'text' && part.text !== '') onDelta({ text: part.text, attempt });
}

/** The number of the attempt that a step made last. */
export function lastAttempt({ entries }: Pick<Step, 'entries'>): number {
  const started = entries.findLast(({ meta }) => meta.kind === 'model.started')?.meta;
  return started?.kind === 'model.started' ? started.attempt : 1;
}
