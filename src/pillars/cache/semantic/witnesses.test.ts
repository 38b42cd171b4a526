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

const DECLINED = [
  kept("My card payment at the shop wasn't declined", 0.8),
  kept('My card payment has been declined', 0.7),
  kept('Why was my card payment not declined?', 0.6),
  kept('Why was the card payment declined?', 0.5),
];
const MOSTLY_NOT = [
  kept('The payment was declined', 0.8),
  ...DECLINED.with(1, kept('The card payment was not declined, why?', 0.7)).slice(0, 3),
];
const NEVER_LOST = [
  kept('My card was not lost, how is it replaced?', 0.8),
  kept('How is my card replaced, not lost?', 0.7),
  kept('How is it replaced, the card is not lost?', 0.6),
  kept('How is the card that is not lost replaced?', 0.5),
  kept('It is my own card', 0.4),
];
const NEED = [
  kept('Why the need of this identity check?', 0.8),
  kept('Why is my identity needed, why need it?', 0.7),
  kept('Why do you need to check my identity, and why today?', 0.6),
  kept('Why need my identity to be checked?', 0.5),
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

  it.each<[string, string, Witness[]]>([
    ['what only half of them deny', "The card payment wasn't declined", DECLINED],
    ['what the nearest does not deny', 'Why was the payment not declined?', MOSTLY_NOT],
    [
      'what they do not deny, though they deny something',
      'How is my own lost card not replaced?',
      NEVER_LOST,
    ],
    ['what is done here and is a thing to the nearest', 'Why do you need my identity?', NEED],
    ['what they say of somebody else', 'How do you get my new card?', NEW_CARD],
  ])('say nothing of %s', (_, question, questions) => {
    expect(witnessed(asked(question), questions, 4)).toBeUndefined();
  });
});

it.each([
  ['How long does it take, and why?', 'how long why'],
  ['Which card is it?', 'what'],
  ['Show me', ''],
])('the form of "%s" is "%s"', (question, form) => {
  expect(questionForm(question)).toBe(form);
});
