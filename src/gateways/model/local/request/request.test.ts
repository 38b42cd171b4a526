import { describe, expect, it } from 'vitest';
import { now } from '../testing/ask.ts';
import { readMessage } from './read-message.ts';
import { isReserved } from './reservations.ts';
import { readSmallTalk } from './small-talk.ts';
import { splitClauses } from './split-clauses.ts';

const first = (text: string) => {
  const [clause] = readMessage(text, 'en', now).clauses;
  if (clause === undefined) throw new Error(`"${text}" has no clause`);
  return clause;
};

describe('splitClauses', () => {
  const parts = (text: string, language: 'en' | 'es' = 'en') =>
    splitClauses(text, language).map((part) => part.text.trim());

  it('parts sentences, and wishes joined in one', () => {
    expect(parts('Check my line and tell me what I owe. Thanks!')).toEqual([
      'Check my line and',
      'tell me what I owe.',
      'Thanks!',
    ]);
    expect(parts('¿cuánto debo y cuándo vence?', 'es')).toHaveLength(2);
  });

  it('keeps together what only lists things, decimals, and quotations', () => {
    expect(parts('Check AC-1042 and AC-1043')).toHaveLength(1);
    expect(parts('Credit $12.50 to AC-1042')).toHaveLength(1);
    expect(parts('He wrote "stop. Then pay" to me')).toHaveLength(1);
  });
});

describe('the mood of a clause', () => {
  it.each([
    ['Credit AC-1042 with $5', 'request'],
    ['Could you credit AC-1042 with $5?', 'request'],
    ['A $5 credit on AC-1042, please', 'request'],
    ['quiero que me abonen 5 dólares', 'request'],
    ['¿Me abonas 5 dólares?', 'request'],
    ['Why was AC-1042 credited?', 'question'],
    ['Can I get by without a contract?', 'request'],
    ['Can I pay by card?', 'question'],
    ['¿Ya está abonado?', 'question'],
    ['You gave me a credit of $5', 'statement'],
    ['Me abonaste 5 dólares', 'statement'],
    ['Credit card payment of $5 failed', 'statement'],
    ['Credit of $5 was promised', 'statement'],
    ['Prueba de línea fallida', 'statement'],
    ['Please ask Dana to credit AC-1042', 'statement'],
  ] as const)('%s is a %s', (text, mood) => {
    expect(first(text).mood).toBe(mood);
  });
});

describe('the act that a clause asks for', () => {
  it.each([
    ['give me a 5 dollar credit', 'credit'],
    ['run a test on AC-1042', 'test'],
    ['I would like AC-1042 credited with $5', 'credit'],
    ['knock 5 dollars off my bill', 'discount'],
    ['cancel the credit', 'cancel'],
    ['tell me about the credit', 'show'],
    ['abónenme 5 dólares', 'credit'],
    ['please discombobulate my line', 'discombobulate'],
    ['discombobulate my line', undefined],
    ['take back the credit you gave', 'take back'],
    ['give me instructions for a credit', 'instruction'],
    ['give her a voucher', 'voucher'],
    ['do a credit check', 'check'],
    ['can you discombobulate my line', 'discombobulate'],
    ['I need my payment history', undefined],
  ])('%s: %s', (text, act) => {
    expect(first(text).actions[0]?.key).toBe(act);
  });
});

describe('what holds a clause back', () => {
  it.each([
    "don't credit AC-1042",
    'I do not want a credit',
    'no me abones nada',
    'never run a test',
    'please do not cancel it',
  ])('refused: %s', (text) => {
    expect(first(text).refused).toBe(true);
  });

  it.each(['If it is down, credit it', 'Si está caída, abónala', 'Once it is fixed, close the ticket'])(
    'conditional: %s',
    (text) => {
      expect(readMessage(text, 'en', now).holdsBack).toBe(true);
    },
  );

  it.each([
    'Check my line if possible',
    'Tell me if my line is up',
    'When is it due?',
    'mira si funciona la línea',
  ])('not conditional: %s', (text) => {
    expect(readMessage(text, 'en', now).holdsBack).toBe(false);
  });

  it.each([
    'credit it. wait, no',
    'olvidalo',
    'dana told me: credit ac-1042',
    'subject: credit',
    'credit ac-1042, right?',
    'for example credit ac-1042',
    'pay it every month',
  ])('reserved: %s', (text) => {
    expect(isReserved(text)).toBe(true);
  });

  it('is not an ordinary order', () => {
    expect(isReserved('please credit ac-1042 with $5, thanks')).toBe(false);
  });

  it('is a quotation: its words are not the user’s', () => {
    expect(first('He says "credit AC-1042"').core).not.toContain('credit');
    expect(
      readMessage('> credit AC-1042\nWhat is this?', 'en', now).clauses.some(
        ({ actions }) => actions.length > 0,
      ),
    ).toBe(false);
  });
});

describe('readSmallTalk', () => {
  it.each([
    ['Hi there!', 'greeting'],
    ['Muchas gracias por su ayuda', 'thanks'],
    ['bye', 'farewell'],
    ['no, forget it', 'withdrawal'],
    ['hi, what do I owe?', undefined],
    ['...', undefined],
    ['', undefined],
  ])('%s: %s', (text, kind) => {
    expect(readSmallTalk(text)).toBe(kind);
  });
});

it('hears the wish for a person', () => {
  expect(readMessage('Can I speak to a real person?', 'en', now).wantsPerson).toBe(true);
  expect(readMessage('quiero hablar con un agente', 'es', now).wantsPerson).toBe(true);
  expect(readMessage('Which person owns AC-1042?', 'en', now).wantsPerson).toBe(false);
});
