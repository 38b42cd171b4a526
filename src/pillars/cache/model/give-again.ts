import type { CachedAnswer } from '../../../contract/cache.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { NO_USAGE } from '../../../contract/usage.ts';

/** An answer, the run that asked for it, and the database's time at which it asked, where that is known. */
export type KeptAnswer = { response: ModelResponse; run: string; askedAt?: string | undefined };

/**
 * An earlier answer as the answer of this call: it costs nothing and says where it is from. Whoever watches the run
 * sees its text.
 */
export function giveAgain(
  { onDelta, attempt }: Pick<ModelCall, 'onDelta' | 'attempt'>,
  { response, run }: KeptAnswer,
  found: Pick<CachedAnswer, 'kind' | 'similarity' | 'margin'>,
): ModelResponse {
  for (const part of response.content) {
    if (part.type === 'text' && part.text !== '') onDelta({ text: part.text, attempt });
  }
  // By what the price was worked out tells of the call that was paid.
  const { usage, usd = 0, price: _, ...answer } = response;
  return {
    ...answer,
    usage: NO_USAGE,
    usd: 0,
    cached: { ...found, run, savedTokens: usage.inputTokens + usage.outputTokens, savedUsd: usd },
  };
}

/** An attempt of this step is open or has failed: its cost is still to be settled, which a cache would skip. */
export function hasBegun(call: Pick<ModelCall, 'step'>): boolean {
  return beganAt(call) !== undefined;
}

/** When the first attempt of this step began, by its worker's clock, ms since the epoch. */
export function beganAt({ step }: Pick<ModelCall, 'step'>): number | undefined {
  return step.entries.find(({ meta }) => meta.kind === 'model.started')?.meta.at;
}
