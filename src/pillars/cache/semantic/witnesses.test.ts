import { describe, expect, it } from 'vitest';
import { meaningOf } from './meaning.ts';
import { questionForm } from './question-form.ts';
import { type Witness, witnessed } from './witnesses.ts';

let runs = 0;
const kept = (question: string, similarity: number, answer = 'in the app'): Witness => {
  runs += 1;
  return { question, words: meaningOf(question), answer, similarity, run: `run-${runs}` };
};
const asked = (question: string) => ({ question, words: meaningOf(question) });
const NEW_CARD = [
  kept('How do I get a new card?', 0.8),
  kept('How can I get my card replaced?', 0.7),
  kept('I lost my card, how is it replaced?', 0.6),
  kept('Is it possible to get my lost card replaced?', 0.5),
];

describe('questions that agree', () => {
  it('speak for their answer by how much nearer they are than others', () => {
    const others = [kept('How do I block my card?', 0.4, 'call us'), kept('Block it', 0.2, 'call us')];
    const found = witnessed(asked('How do I get my lost card replaced?'), [...NEW_CARD, ...others], 4);
    // (0.8 + 0.7 + 0.6 + 0.5) / 4 against (0.4 + 0.2) / 4.
    expect(found).toMatchObject({ nearest: NEW_CARD[0], margin: 0.5 });
  });

  it.each<[string, string, Witness[]]>([
    ['too few', 'How do I get my lost card replaced?', NEW_CARD.slice(1)],
    ['of one run', 'How do I get my lost card replaced?', NEW_CARD.map((one) => ({ ...one, run: 'run-1' }))],
    ['none', 'How do I get my lost card replaced?', []],
  ])('say nothing when they are %s', (_, question, questions) => {
    expect(witnessed(asked(question), questions, 4)).toBeUndefined();
  });

  it.each([
    ['has a word that none of them has', 'How do I get my lost ring replaced?'],
    ['has a number', 'How do I get my 2 lost cards replaced?'],
    ['is denied', 'How do I not get my lost card replaced?'],
    ['asks for something else', 'Where do I get my lost card replaced?'],
    ['has the words of one in another order', 'My card, I lost, how is it replaced?'],
    ['says nothing', 'Is it me?'],
  ])('say nothing of a question that %s', (_, question) => {
    expect(witnessed(asked(question), NEW_CARD, 4)).toBeUndefined();
  });
});

it.each([
  ['How long does it take, and why?', 'how long why'],
  ['Which card is it?', 'what'],
  ['Show me', ''],
])('the form of "%s" is "%s"', (question, form) => {
  expect(questionForm(question)).toBe(form);
});
