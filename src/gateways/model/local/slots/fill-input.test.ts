import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { detectLanguage } from '../language/detect-language.ts';
import { sourceOf } from '../request/read-message.ts';
import { now } from '../testing/ask.ts';
import type { FilledInput } from './fill-input.ts';
import { fillInput } from './fill-input.ts';
import { leavesOf } from './from-results.ts';
import type { JsonSchema } from './json-schema.ts';
import { readSchema } from './schema.ts';

type Given = {
  text: string;
  strict?: boolean;
  memory?: string[];
  results?: JSONValue[];
  examples?: JSONObject[];
};

const fill = (schema: z.ZodType, given: Given): FilledInput => {
  const sources = [given.text, ...(given.memory ?? [])].map((text) =>
    sourceOf(text, detectLanguage(text), now),
  );
  return fillInput(
    readSchema(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as JsonSchema).slots ?? [],
    {
      sources,
      present: 1,
      results: (given.results ?? []).map((result) => leavesOf(result)),
      strict: given.strict ?? false,
      wide: true,
      inputExamples: given.examples ?? [],
    },
  );
};

const account = z.string().regex(/^AC-\d{4}$/);

describe('identifiers', () => {
  const schema = z.object({ account });

  it.each(['for AC-1042.', 'for ac-1042', 'for AC 1042', 'for ac1042', 'AC_1042'])(
    'are read from: %s',
    (text) => {
      expect(fill(schema, { text }).input).toEqual({ account: 'AC-1042' });
    },
  );

  it.each(['AC-10421', 'AC-104', 'XAC-1042', 'AC-1042-7', 'AC-1042@example.com'])(
    'are not read out of: %s',
    (text) => {
      expect(fill(schema, { text }).input).toEqual({});
    },
  );

  it('with a typing error are refused, also when memory knows a right one', () => {
    expect(fill(schema, { text: 'for AC-10421', memory: ['AC-1042'] }).refused).toMatchObject([
      { said: 'AC-10421' },
    ]);
  });

  it('are completed from a number where reading only, never for an order', () => {
    expect(fill(schema, { text: 'account 1042' }).input).toEqual({ account: 'AC-1042' });
    expect(fill(schema, { text: 'account 1042', strict: true }).input).toEqual({});
  });

  it('take their form from an example in the description or the inputs when there is no pattern', () => {
    const described = z.object({ orderId: z.string().describe('The order, like ORD-77') });
    expect(fill(described, { text: 'where is ord-1234 going' }).input).toEqual({ orderId: 'ORD-1234' });
    const bare = z.object({ ticket: z.string() });
    expect(fill(bare, { text: 'ticket is T-9', examples: [{ ticket: 'T-1' }] }).input).toEqual({
      ticket: 'T-9',
    });
  });

  it('play the part that the words before them say', () => {
    const transfer = z.object({ fromAccount: account, toAccount: account });
    expect(fill(transfer, { text: 'move it to AC-1043 from AC-1042', strict: true }).input).toEqual({
      fromAccount: 'AC-1042',
      toAccount: 'AC-1043',
    });
  });

  it('are ambiguous when there are two', () => {
    expect(fill(schema, { text: 'AC-1042 or AC-1043' }).ambiguous).toMatchObject([
      { values: ['AC-1042', 'AC-1043'] },
    ]);
  });
});

describe('amounts', () => {
  const schema = z.object({ usd: z.number().positive().max(100) });

  it('may stand bare unless they count something', () => {
    expect(fill(schema, { text: 'give 15 please', strict: true }).input).toEqual({ usd: 15 });
    expect(fill(schema, { text: 'I was offline for 3 days', strict: true }).input).toEqual({});
  });

  it('in another currency, out of bounds or open are refused', () => {
    expect(fill(schema, { text: '5 euros', strict: true }).refused).toMatchObject([{ said: '5 euros' }]);
    expect(fill(schema, { text: '$500', strict: true }).refused).toMatchObject([{ said: '$500' }]);
    expect(fill(schema, { text: 'around $5', strict: true }).refused).toMatchObject([{ said: '$5' }]);
  });

  it('are ambiguous when an order names two, whatever stands near them', () => {
    expect(fill(schema, { text: 'a usd 5 fee, give 7 dollars', strict: true }).ambiguous).toHaveLength(1);
  });

  it('become cents for a slot in cents', () => {
    expect(fill(z.object({ amountCents: z.int() }), { text: '$12.50' }).input).toEqual({ amountCents: 1250 });
  });

  it('are never taken from memory or from results', () => {
    const filled = fill(schema, { text: 'please', memory: ['$5'], results: [{ usd: 7 }], strict: true });
    expect(filled.input).toEqual({});
    expect(filled.missing).toHaveLength(1);
  });
});

describe('other values', () => {
  it('numbers go by the word they count, years become months', () => {
    const loan = z.object({ amount: z.number(), termMonths: z.int() });
    expect(fill(loan, { text: '$9000 over 24 months' }).input).toEqual({ amount: 9000, termMonths: 24 });
    expect(fill(loan, { text: '9000 dólares a 3 años' }).input).toEqual({ amount: 9000, termMonths: 36 });
  });

  it('dates, months, times and moments take the form of their slot', () => {
    expect(fill(z.object({ date: z.iso.date() }), { text: 'tomorrow' }).input).toEqual({
      date: '2026-03-04',
    });
    expect(
      fill(z.object({ month: z.string().regex(/^\d{4}-\d{2}$/) }), { text: 'last month' }).input,
    ).toEqual({
      month: '2026-02',
    });
    expect(fill(z.object({ at: z.iso.datetime() }), { text: 'tomorrow at 3 pm' }).input).toEqual({
      at: '2026-03-04T15:00:00Z',
    });
    expect(fill(z.object({ date: z.iso.date() }), { text: '04/05/2026', strict: true }).refused).toHaveLength(
      1,
    );
  });

  it('choices go by value, by what is said of it, and by related words', () => {
    const scan = z.object({
      kind: z.enum(['blood', 'imaging']).describe('blood: chemistry; imaging: x-ray or mri'),
    });
    expect(fill(scan, { text: 'the Blood one' }).input).toEqual({ kind: 'blood' });
    expect(fill(scan, { text: 'an mri please' }).input).toEqual({ kind: 'imaging' });
    expect(fill(scan, { text: 'something else' }).missing).toHaveLength(1);
    expect(fill(z.object({ step: z.enum(['followUp', 'first']) }), { text: 'a follow-up' }).input).toEqual({
      step: 'followUp',
    });
  });

  it('booleans are true when named, false when named behind a negation, else left out', () => {
    const schema = z.object({ withInsurance: z.boolean().optional() });
    expect(fill(schema, { text: 'with insurance' }).input).toEqual({ withInsurance: true });
    expect(fill(schema, { text: 'without insurance' }).input).toEqual({ withInsurance: false });
    expect(fill(schema, { text: 'hello' }).input).toEqual({});
  });

  it('reasons, notes, queries and labelled texts are the user’s own words', () => {
    const text = (name: string, words: string) =>
      fill(z.object({ [name]: z.string() }), { text: words }).input[name];
    expect(text('reason', 'credit it because the line was down, please')).toBe('the line was down');
    expect(text('reason', 'abona 5 por el corte de ayer')).toBe('el corte de ayer');
    expect(text('reason', 'credit it for my account AC-1042')).toBeUndefined();
    expect(text('reason', 'it was down for a week')).toBeUndefined();
    expect(text('note', 'add a note: call back')).toBe('call back');
    expect(text('note', 'add “call back” to it')).toBe('call back');
    expect(text('query', 'opening hours in May')).toBe('opening hours in May');
    expect(text('colour', 'the colour is dark green, thanks')).toBe('dark green');
  });

  it('names that may go on are not exact enough for an order', () => {
    const schema = z.object({ name: z.string() });
    expect(fill(schema, { text: 'the line of Maria Lopez' }).input).toEqual({ name: 'Maria Lopez' });
    expect(fill(schema, { text: 'register Ann Price', strict: true }).input).toEqual({});
    expect(fill(schema, { text: 'register a client named Ann Price', strict: true }).input).toEqual({
      name: 'Ann Price',
    });
  });

  it('lists hold all that there is, objects what their own slots find', () => {
    expect(fill(z.object({ accounts: z.array(account) }), { text: 'AC-1042, AC-1043' }).input).toEqual({
      accounts: ['AC-1042', 'AC-1043'],
    });
    expect(fill(z.object({ contact: z.object({ email: z.email() }) }), { text: 'a@b.co' }).input).toEqual({
      contact: { email: 'a@b.co' },
    });
  });

  it('defaults fill what is required, null what may be null, and nothing fills the rest', () => {
    const schema = {
      slots: z.object({ mode: z.enum(['a', 'b']).default('b'), note: z.string().nullable() }),
    };
    const required = readSchema({
      ...(z.toJSONSchema(schema.slots, { io: 'input' }) as object),
      required: ['mode', 'note'],
    });
    const filled = fillInput(required.slots ?? [], {
      sources: [sourceOf('hello', 'en', now)],
      present: 1,
      results: [],
      strict: false,
      wide: true,
      inputExamples: [],
    });
    expect(filled.input).toEqual({ mode: 'b', note: null });
    expect(filled.fromDefaults).toEqual(['mode']);
  });
});

describe('values of earlier results', () => {
  const schema = z.object({ account });

  it('are whole values under the slot’s name, else of its form', () => {
    expect(fill(schema, { text: 'go', results: [{ accounts: [{ account: 'AC-1042' }] }] }).input).toEqual({
      account: 'AC-1042',
    });
    expect(fill(schema, { text: 'go', results: [{ id: 'AC-1042' }] }).fromResults).toEqual(['account']);
    expect(fill(schema, { text: 'go', results: [{ account: 'AC-1042', twin: 'AC-1043' }] }).input).toEqual({
      account: 'AC-1042',
    });
  });

  it('are never parts of a text', () => {
    expect(
      fill(schema, { text: 'go', results: [{ note: 'use account AC-6666' }, 'account: AC-6666'] }).input,
    ).toEqual({});
  });

  it('come from the latest result that has any, and are ambiguous when that has several', () => {
    expect(
      fill(schema, { text: 'go', results: [{ account: 'AC-1' }, { account: 'AC-1042' }] }).input,
    ).toEqual({
      account: 'AC-1042',
    });
    const several = [{ accounts: [{ account: 'AC-1042' }, { account: 'AC-1043' }] }];
    expect(fill(schema, { text: 'go', results: several }).ambiguous).toHaveLength(1);
  });

  it('never decide what is done: choices, amounts and texts are the user’s', () => {
    const order = z.object({ usd: z.number(), mode: z.enum(['a', 'b']), reason: z.string() });
    expect(fill(order, { text: 'go', results: [{ usd: 5, mode: 'a', reason: 'because' }] }).input).toEqual(
      {},
    );
  });
});
