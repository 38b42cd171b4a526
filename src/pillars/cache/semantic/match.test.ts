import { expect, it } from 'vitest';
import { matchesOf } from './match.ts';
import { meaningOf } from './meaning.ts';
import type { Witness } from './witnesses.ts';

const kept = (question: string, answer: string, similarity: number): Witness => ({
  ...{ question, words: meaningOf(question), answer, similarity, run: question },
});
const MISTAKEN = kept('How to verify my identity', 'you were charged', 0.99);
const RIGHT = [
  kept('Please, how and where do I verify my identity?', 'in the app', 0.9),
  kept('How is my identity verified?', 'in the app', 0.8),
  kept('What must I do to verify my identity?', 'in the app', 0.7),
  kept('Where can I verify who I am, my identity?', 'in the app', 0.6),
];
const least = { threshold: 0.9, margin: null, witnesses: 4 };
const found = (
  question: string,
  neighbours: Witness[],
  asked: typeof least | { threshold: number; margin: null },
) => matchesOf({ question, words: meaningOf(question) }, neighbours, asked).map((match) => match.kept);

it('a question in nearly the same words answers, the nearest first', () => {
  const other = kept('how can I verify the identity', 'in the app', 0.95);
  expect(found('How do I verify my identity?', [MISTAKEN, other], least)).toEqual([MISTAKEN, other]);
});

it('it does not answer when several speak for another answer', () => {
  expect(found('How do I verify my identity?', [MISTAKEN, ...RIGHT], least)).toEqual([]);
  expect(found('How do I verify my identity?', [MISTAKEN, ...RIGHT.slice(1)], least)).toEqual([MISTAKEN]);
});

it('it does when the words are the very same, or nobody is to speak for an answer', () => {
  expect(found('how to verify my identity?', [MISTAKEN, ...RIGHT], least)).toEqual([MISTAKEN]);
  const alone = { threshold: 0.9, margin: null };
  expect(found('How do I verify my identity?', [MISTAKEN, ...RIGHT], alone)).toEqual([MISTAKEN]);
});
