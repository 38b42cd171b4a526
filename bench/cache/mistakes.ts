import { plainly } from '../../src/pillars/cache/semantic/difference.ts';
import type { Query } from './read-banking77.ts';
import type { Outcome } from './stream.ts';

/** Two questions of different intents of which one got the other's answer, and how often. */
type Mistake = { asked: Query; found: Query; times: number };

/** Every wrong hit with how often it came, the most frequent first; the two questions of one may come either way round. */
export function mistakesOf({ mistakes }: Pick<Outcome, 'mistakes'>): Mistake[] {
  const counted = new Map<string, Mistake>();
  for (const [asked, found] of mistakes) {
    const key = [asked, found]
      .map(({ text, intent }) => `${text}\n${intent}`)
      .toSorted()
      .join('\n');
    const known = counted.get(key);
    if (known === undefined) counted.set(key, { asked, found, times: 1 });
    else known.times += 1;
  }
  return [...counted.values()].toSorted((one, other) => other.times - one.times);
}

/** Wrong hits whose questions have the very same words: their labels contradict each other. */
export function contradictionsIn({ mistakes }: Pick<Outcome, 'mistakes'>): number {
  return mistakes.filter(([asked, found]) => plainly(asked.text) === plainly(found.text)).length;
}

/** @example told({ asked, found, times: 3 }); // '3 × "Where is it?" (delivery) got the answer to "Where?" (other)' */
export function told({ asked, found, times }: Mistake): string {
  return `${times} × ${named(asked)} got the answer to ${named(found)}`;
}

function named({ text, intent }: Query): string {
  return `"${text}" (${intent})`;
}
