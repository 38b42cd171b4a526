import { cosine, type Embedder } from './embedder.ts';
import { meaningOf } from './meaning.ts';

/** Cosine from which on two answers are taken to say the same, when their numbers and negations are the same too. */
const ALIKE = 0.8;

/**
 * Whether two answers say the same. In doubt they do not: the share of wrong hits is rather shown too high.
 *
 * @returns `tokens`: what the embedder counted
 * @throws what the embedder throws
 */
export async function agree(
  one: string,
  other: string,
  embedder: Pick<Embedder, 'embed'>,
  signal: AbortSignal,
): Promise<{ same: boolean; tokens: number }> {
  if (plain(one) === plain(other)) return { same: true, tokens: 0 };
  if (values(one) !== values(other)) return { same: false, tokens: 0 };
  const { vectors, tokens } = await embedder.embed([one, other], signal);
  const [first, second] = vectors;
  const same = first !== undefined && second !== undefined && cosine(first, second) >= ALIKE;
  return { same, tokens };
}

/** Its words, without what stands between them. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Numbers, and how often something is denied. */
function values(text: string): string {
  const words = meaningOf(text);
  const numbers = new Set(words.filter(({ kind }) => kind === 'number').map(({ word }) => word));
  const negations = words.filter(({ kind }) => kind === 'negation').length;
  return `${negations}\n${[...numbers].toSorted().join('\n')}`;
}
