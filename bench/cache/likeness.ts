import { meaningOf, type Word } from '../../src/pillars/cache/semantic/meaning.ts';
import { plainPhrasing } from '../../src/pillars/cache/semantic/phrasing.ts';
import { UNLIKE } from '../../src/pillars/cache/semantic/semantic-index.ts';
import type { Query } from './read-banking77.ts';

/**
 * Questions, and of each all others that are like it, the most alike first: places, and ten thousand times the
 * likeness. Found once for all orders in which the questions may come.
 */
export type Likeness = {
  queries: readonly (Query & { words: Word[] })[];
  near: readonly { at: Uint16Array; like: Uint16Array }[];
};

/** A place fits into 16 bits, and a likeness into 14. */
const PLACES = 2 ** 16;

/** @param embed gives vectors of length 1 */
export function likenessOf(queries: readonly Query[], embed: (text: string) => Float32Array): Likeness {
  const vectors = queries.map(({ text }) => embed(plainPhrasing(text)));
  const holders = holdersOf(vectors);
  const near = vectors.map((vector, one) => {
    const sums = new Float64Array(vectors.length);
    for (let dimension = 0; dimension < vector.length; dimension += 1) {
      const value = vector[dimension] ?? 0;
      if (value === 0) continue;
      const { at, values } = holders[dimension] ?? NOBODY;
      for (let index = 0; index < at.length; index += 1) {
        const other = at[index] ?? 0;
        sums[other] = (sums[other] ?? 0) + value * (values[index] ?? 0);
      }
    }
    sums[one] = 0;
    return nearestFirst(sums);
  });
  return { queries: queries.map((query) => ({ ...query, words: meaningOf(query.text) })), near };
}

/** Who has something in a dimension, and what. */
type Holders = { at: Uint16Array; values: Float32Array };

const NOBODY: Holders = { at: new Uint16Array(), values: new Float32Array() };

function holdersOf(vectors: readonly Float32Array[]): Holders[] {
  return Array.from(vectors[0] ?? [], (_, dimension) => {
    const at = Uint16Array.from([...vectors.keys()].filter((one) => vectors[one]?.[dimension] !== 0));
    return { at, values: Float32Array.from(at, (one) => vectors[one]?.[dimension] ?? 0) };
  });
}

function nearestFirst(sums: Float64Array): Likeness['near'][number] {
  const alike: number[] = [];
  for (let other = 0; other < sums.length; other += 1) {
    const sum = sums[other] ?? 0;
    if (sum >= UNLIKE) alike.push(Math.round(sum * 10_000) * PLACES + (PLACES - 1 - other));
  }
  // Numbers sort faster than what a function compares.
  const sorted = Uint32Array.from(alike).sort().reverse();
  return {
    at: Uint16Array.from(sorted, (both) => PLACES - 1 - (both % PLACES)),
    like: Uint16Array.from(sorted, (both) => Math.floor(both / PLACES)),
  };
}
