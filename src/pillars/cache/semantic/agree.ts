import { cosine, type Embedder } from './embedder.ts';
import { meaningOf } from './meaning.ts';

/** Cosine from which on two answers are taken to say the same, when their numbers and negations are the same too. */
const ALIKE = 0.8;

/**
 * Whether two answers say the same. In doubt they do not: the share of wrong hits is rather shown too high.
 *
 * @throws what the embedder throws
 */
export async function agree(
  one: string,
  other: string,
  embedder: Pick<Embedder, 'embed'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (plain(one) === plain(other)) return true;
  if (values(one) !== values(other)) return false;
  const { vectors } = await embedder.embed([one, other], signal);
  const [first, second] = vectors;
  return first !== undefined && second !== undefined && cosine(first, second) >= ALIKE;
}

function plain(text: string): string {
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
