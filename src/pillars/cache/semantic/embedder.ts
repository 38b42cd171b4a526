/** What puts texts where those of like meaning lie close together. */
export type Embedder = {
  /** `'local'` or `'provider/model'`: vectors of different embedders are never compared. */
  readonly name: string;
  /** US dollars for so many tokens; undefined when the price is unknown. */
  priceOf(tokens: number): number | undefined;
  /** So many tokens the provider counts for the texts at most; 0 when it costs nothing to ask. */
  tokensAtMost(texts: readonly string[]): number;
  /**
   * A vector for each text, in their order, of equal lengths.
   *
   * @throws whatever keeps it from answering; the call then goes on without a cache
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<{ vectors: Float32Array[]; tokens: number }>;
};

/**
 * Cosine of two vectors: 1 for the same direction, 0 for nothing in common. 0 also when one has no length, or the
 * lengths differ.
 *
 * @example
 * cosine(Float32Array.of(1, 0), Float32Array.of(1, 1)); // 0.7071…
 */
export function cosine(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return 0;
  let product = 0;
  let ones = 0;
  let others = 0;
  for (let at = 0; at < one.length; at += 1) {
    const [a = 0, b = 0] = [one[at], other[at]];
    product += a * b;
    ones += a * a;
    others += b * b;
  }
  return ones === 0 || others === 0 ? 0 : product / Math.sqrt(ones * others);
}
