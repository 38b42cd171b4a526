import { describe, expect, it } from 'vitest';
import { differenceOf, meaningOf } from './meaning.ts';

describe('two questions are the same', () => {
  it.each([
    ['How do I activate my card?', 'how can I activate the card please'],
    ['Where is my order AC-1042?', 'Hi, could you tell me where my order AC-1042 is?'],
    ['Can you cancel 2 orders', 'can you cancel two orders?'],
    ["I can't pay with my card", 'I cannot pay with the card!'],
    ['Are refunds possible in the US?', 'Is a refund possible in the US'],
    ['What is the fee of large transfers?', "What's a fee of large transfers"],
    ['I would like to know the price of express shipping', 'the price of express shipping'],
    ['I need to cancel my last order', "Hello, I'd like to cancel the last order, please"],
    ['Can you help me with my lost invoice copy?', 'my lost invoice copy'],
  ])('"%s" and "%s"', (one, other) => {
    expect(differenceOf(one, other)).toBeUndefined();
    expect(differenceOf(other, one)).toBeUndefined();
  });
});

describe('two questions differ', () => {
  it.each([
    ['number', 'Refund 20 dollars', 'Refund 200 dollars'],
    ['number', 'Refund $20', 'Refund €20'],
    ['number', 'Where is AC-1042?', 'Where is AC-1043?'],
    ['number', 'Am I charged on May 3?', 'Am I charged on May 4?'],
    ['negation', 'Was I charged?', "Wasn't I charged?"],
    ['negation', 'I can pay with a card', 'I cannot pay with a card'],
    ['negation', 'Send it with insurance', 'Send it without insurance'],
    ['word', 'How do I activate my card?', 'How do I block my card?'],
    ['word', 'How long do you ship to 🇺🇸?', 'How long do you ship to 🇩🇪?'],
    ['word', 'Is the balance < the limit?', 'Is the balance > the limit?'],
    ['word', 'Is Anna in the office?', 'Is Peter in the office?'],
    ['word', 'Do you deliver to the US?', 'Do you deliver to us?'],
    ['word', 'Does Will have an account?', 'Does he have an account?'],
    ['word', 'When do I pay?', 'Where do I pay?'],
    ['word', 'Do I need to pay?', 'I want to pay'],
    ['word', 'Is my card blocked?', 'Why is my card blocked?'],
    ['word', 'Transfer to my savings', 'Transfer from my savings'],
    ['word', 'How was I charged?', 'How am I charged?'],
    ['word', '¿Dónde está mi pedido?', '¿Dónde está mi factura?'],
    ['word', 'I need my refund', 'I want a refund'],
    ['word', 'Why do I not have my transfer?', 'Why can I not do my transfer?'],
    ['word', "I can't send money", "I don't send money"],
    ['word', 'What do I need to do to verify it?', 'What is the need to verify it?'],
    ['word', 'Pay with my card', 'Pay by card'],
    ['order', 'What do I do to exchange currency?', 'What currency can I exchange?'],
    ['order', 'Move it from Anna to Peter', 'Move it from Peter to Anna'],
    ['order', 'I paid and was not served', 'I was served and not paid'],
  ])('in a %s: "%s" and "%s"', (kind, one, other) => {
    const [found, back] = [differenceOf(one, other), differenceOf(other, one)];
    expect(found).toBe(kind);
    expect(back).toBe(kind);
  });
});

it('the meaning of a question is what is left without courtesy and empty words', () => {
  expect(meaningOf('Could you tell me why my cards were not accepted?').map(({ word }) => word)).toEqual([
    'why',
    'card',
    'were',
    'not',
    'accepted',
  ]);
});
