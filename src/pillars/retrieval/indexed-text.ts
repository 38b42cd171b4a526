import { termsOf } from './terms.ts';

/** A text by its terms, five bytes each: conversations are many, and a worker remembers a good part of them. */
export type IndexedText = {
  /** Hashes of the terms, each once, ascending. */
  terms: Uint32Array;
  /** How often each stands in the text, at most 255. */
  times: Uint8Array;
  /** Terms in all. */
  length: number;
};

export function indexText(text: string): IndexedText {
  const counts = new Map<number, number>();
  const terms = termsOf(text);
  for (const term of terms) {
    const key = hashOf(term);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const keys = Uint32Array.from(counts.keys()).sort();
  return {
    terms: keys,
    times: Uint8Array.from(keys, (key) => Math.min(255, counts.get(key) ?? 0)),
    length: terms.length,
  };
}

/** How often a term, by its hash, stands in a text. */
export function timesIn({ terms, times }: IndexedText, term: number): number {
  let low = 0;
  let high = terms.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = terms[middle] ?? 0;
    if (found === term) return times[middle] ?? 0;
    if (found < term) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

/** FNV-1a, 32 bits. Two words that share one are taken for the same, which moves a rank now and then. */
function hashOf(term: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < term.length; index += 1) {
    hash = Math.imul(hash ^ term.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
