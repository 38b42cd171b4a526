import { expect, it } from 'vitest';
import { differenceOf } from './difference.ts';
import { plainPhrasing } from './phrasing.ts';

it.each([
  ['Can you tell me if I am able to pay?', 'whether I can pay?'],
  ['what is a disposable virtual card?', 'what definition disposable virtual card'],
  ['What is a fee for top-ups?', 'What is a fee for top up?'],
])('puts "%s" as "%s"', (question, plain) => {
  expect(plainPhrasing(question).trim()).toBe(plain);
});

/** As long as a question may be. */
const LONGEST = 2_000;
const long = (piece: string) => piece.repeat(Math.ceil(LONGEST / piece.length)).slice(0, LONGEST);

/** A pattern that goes back over what it has read would not come to an end within the time that a test has. */
it.each([
  ...[`what is a ${long('a')}!`, `what is a ${long('ab ')}!`, `i want to ${long('a')} how`],
  ...[long(' '), long('a, why '), long('help me '), long('can you tell me '), long("can't "), long('. ')],
  ...[long('hi '), long('"('), long('have to '), long('i was wondering '), long('what is a b '), long('a-')],
])('is done with a question that is made to be slow (%#)', (question) => {
  expect(differenceOf(question, `${question} x`)).toBeDefined();
});
