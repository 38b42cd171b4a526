import type { Json } from '../../../contract/json.ts';
import { type CountTokens, cutMiddle } from './cut-text.ts';
import { passagesOf } from './passages.ts';

/** How close each passage is to a query; 0 for not at all. */
export type RankPassages = (query: string, passages: readonly string[]) => number[];

/** What the sentence at the top and the marks of gaps take, about. */
const FRAME = 40;

/**
 * The parts of a value that are closest to a query, in the order in which they stand there.
 *
 * @param size.tokens of the whole value
 * @param size.maxTokens of the result
 * @returns undefined when no part is close to the query
 */
export async function cutByQuery(
  value: Json,
  query: string,
  size: { tokens: number; maxTokens: number },
  { count, rank }: { count: CountTokens; rank: RankPassages },
): Promise<string | undefined> {
  const { head, passages } = passagesOf(value);
  const scores = rank(query, passages);
  const best = [...passages.keys()]
    .filter((index) => (scores[index] ?? 0) > 0)
    .toSorted((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0));
  if (best.length === 0) return undefined;
  const kept = new Set<number>();
  let left = size.maxTokens - FRAME - (await count(head));
  for (const index of best) {
    const tokens = (await count(passages[index] ?? '')) + 4;
    if (tokens > left && kept.size > 0) continue;
    kept.add(index);
    left -= tokens;
    if (left <= 0) break;
  }
  const text = [
    `[The ${kept.size} of ${passages.length} parts that are closest to the question; the whole has ${size.tokens} tokens.]`,
    ...(head === '' ? [] : [head]),
    ...withGaps(passages, kept),
  ].join('\n');
  const tokens = await count(text);
  return tokens <= size.maxTokens ? text : cutMiddle(text, tokens, size.maxTokens, count);
}

function withGaps(passages: readonly string[], kept: ReadonlySet<number>): string[] {
  return passages.flatMap((passage, index) => {
    if (kept.has(index)) return [passage];
    return index === 0 || kept.has(index - 1) ? ['[…]'] : [];
  });
}
