import { type IndexedText, indexText, timesIn } from './indexed-text.ts';

/** How much more a term counts when it comes again, and how much long texts are held back: Robertson's usual values. */
const K1 = 1.2;
const B = 0.75;

/** From so many texts on, a term that stands in more than half of them tells nothing apart. */
const ENOUGH = 10;

/** Characters of a query that are read: its cost grows with every other word. */
const LONGEST_QUERY = 4_000;

type Found = { id: string; score: number };

/**
 * Finds texts by their words (Okapi BM25, Robertson and Zaragoza 2009), in memory. For texts that are sealed where
 * they are stored, so that a database cannot search them.
 *
 * @example
 * const index = new Bm25Index();
 * index.add('1', 'My parcel is lost.');
 * index.add('2', 'The invoice is wrong.');
 * index.search('Where is the parcel?', 1); // [{ id: '1', score: 0.69… }]
 */
export class Bm25Index {
  readonly #texts = new Map<string, IndexedText>();
  #length = 0;

  /** A text that is known by this id already is left as it is. */
  add(id: string, text: string): void {
    if (this.#texts.has(id)) return;
    const indexed = indexText(text);
    this.#texts.set(id, indexed);
    this.#length += indexed.length;
  }

  /** The texts that are closest to the query, best first; those that share no telling word are not among them. */
  search(query: string, limit: number, accept: (id: string) => boolean = () => true): Found[] {
    return [...this.scores(query)]
      .filter(([id]) => accept(id))
      .map(([id, score]) => ({ id, score }))
      .toSorted((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
      .slice(0, limit);
  }

  /** By id, above 0. */
  scores(query: string): Map<string, number> {
    const count = this.#texts.size;
    const average = this.#length / Math.max(1, count);
    const scores = new Map<string, number>();
    for (const term of indexText(query.slice(0, LONGEST_QUERY)).terms) {
      const holding = [...this.#texts].flatMap(([id, text]) => {
        const times = timesIn(text, term);
        return times === 0 ? [] : [{ id, times, length: text.length }];
      });
      if (holding.length === 0 || (count >= ENOUGH && holding.length > count / 2)) continue;
      const weight = Math.log(1 + (count - holding.length + 0.5) / (holding.length + 0.5));
      for (const { id, times, length } of holding) {
        const long = 1 - B + (B * length) / average;
        scores.set(id, (scores.get(id) ?? 0) + (weight * times * (K1 + 1)) / (times + K1 * long));
      }
    }
    return scores;
  }
}
