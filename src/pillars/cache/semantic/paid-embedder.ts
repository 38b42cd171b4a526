import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Embedder } from './embedder.ts';

/**
 * Asks for embeddings within what the run of a call may spend. `usd` is undefined where the price is unknown.
 *
 * @returns undefined, and asks nothing, where there is no room for the worst case
 */
export type SpendOnEmbeddings = <Answer extends { tokens: number; usd: number }>(
  call: ModelCall,
  worst: { tokens: number; usd: number | undefined },
  ask: () => Promise<Answer>,
) => Promise<Answer | undefined>;

/** An embedder that throws where there is no room for what it may cost. One that costs nothing needs none. */
export function paidEmbedder(embedder: Embedder, call: ModelCall, spend: SpendOnEmbeddings): Embedder {
  return {
    ...embedder,
    async embed(texts, signal) {
      const tokens = embedder.tokensAtMost(texts);
      if (tokens === 0) return embedder.embed(texts, signal);
      const worst = { tokens, usd: embedder.priceOf(tokens) };
      const answer = await spend(call, worst, async () => {
        const embedded = await embedder.embed(texts, signal);
        return { ...embedded, usd: embedder.priceOf(embedded.tokens) ?? 0 };
      });
      if (answer === undefined) throw new Error(`No budget has room for what ${embedder.name} may cost.`);
      return answer;
    },
  };
}
