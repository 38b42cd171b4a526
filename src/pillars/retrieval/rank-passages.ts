import { Bm25Index } from './bm25-index.ts';

/**
 * How close each passage of a text is to a query, 0 for not at all.
 *
 * @example
 * rankPassages('parcel', ['The invoice.', 'The parcel.']); // [0, 0.6…]
 */
export function rankPassages(query: string, passages: readonly string[]): number[] {
  const index = new Bm25Index();
  for (const [number, passage] of passages.entries()) index.add(String(number), passage);
  const scores = index.scores(query);
  return passages.map((_, number) => scores.get(String(number)) ?? 0);
}
