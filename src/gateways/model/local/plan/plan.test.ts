import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConversation } from '../conversation/read-conversation.ts';
import { profileTool } from '../rank/tool-profile.ts';
import { readMessage, sourceOf } from '../request/read-message.ts';
import { ask, now } from '../testing/ask.ts';
import { supportTools } from '../testing/support-tools.ts';
import { testTool } from '../testing/test-tool.ts';
import { toolConfidence } from './confidence.ts';
import { mayServe } from './gate.ts';
import { findLookup } from './lookup.ts';
import { nextStep } from './next-step.ts';
import { findOpenWords } from './open-order.ts';
import { understand } from './understand.ts';

const tools = supportTools().map(({ definition }) => profileTool(definition));
const named = (name: string) => {
  const tool = tools.find((other) => other.name === name);
  if (tool === undefined) throw new Error(`There is no ${name}`);
  return tool;
};
const understood = (text: string) =>
  understand({ message: readMessage(text, 'en', now), tools, memory: [], now });

describe('toolConfidence', () => {
  it('grows with the score, the lead and complete values, within 0 and 1', () => {
    const plain = toolConfidence({ score: 0.4, next: 0.2, complete: false });
    expect(toolConfidence({ score: 0.5, next: 0.2, complete: false })).toBeGreaterThan(plain);
    expect(toolConfidence({ score: 0.4, next: 0.39, complete: false })).toBeLessThan(plain);
    expect(toolConfidence({ score: 0.4, next: 0.2, complete: true })).toBeGreaterThan(plain);
    expect(toolConfidence({ score: 0, next: 0, complete: false })).toBe(0);
    expect(toolConfidence({ score: 9, next: 0, complete: true })).toBe(1);
  });
});

describe('mayServe', () => {
  const serves = (name: string, text: string) => {
    const message = readMessage(text, 'en', now);
    const clause = message.clauses.at(-1);
    return clause !== undefined && mayServe(named(name), clause, message);
  };

  it('lets a reading tool answer orders, questions and statements, but not against the user’s will', () => {
    expect(serves('lineStatus', 'is my line up?')).toBe(true);
    expect(serves('lineStatus', 'my line is dead')).toBe(true);
    expect(serves('lineStatus', 'please do not check my line')).toBe(false);
  });

  it('lets a tool with effects serve nothing but an order for its own act', () => {
    expect(serves('credit', 'credit my account with $5')).toBe(true);
    expect(serves('credit', 'is my account credited with $5?')).toBe(false);
    expect(serves('credit', 'cancel the credit')).toBe(false);
    expect(serves('credit', 'show me the credits')).toBe(false);
    expect(serves('credit', 'credit $5 or test the line')).toBe(false);
    expect(serves('credit', 'if so, credit $5')).toBe(false);
  });
});

describe('understand', () => {
  it('finds one intent a wish, and what nothing serves', () => {
    const { intents, leftovers } = understood('Is AC-1042 up? What do I owe? And please cancel my contract.');
    expect(intents.map((intent) => intent.tool.name)).toEqual(['lineStatus', 'bill']);
    expect(leftovers).toEqual(['And please cancel my contract.']);
  });

  it('parts two objects of one verb', () => {
    const { intents } = understood('Show me the line status and the bill of AC-1042');
    expect(intents.map((intent) => intent.tool.name)).toEqual(['lineStatus', 'bill']);
  });

  it('takes a statement for background when something is asked outright', () => {
    const { intents } = understood('My internet is dead. Please run a line test on AC-1042.');
    expect(intents.map((intent) => intent.tool.name)).toEqual(['runLineTest']);
  });
});

describe('findLookup', () => {
  const context = (text: string) => ({
    sources: [sourceOf(text, 'en', now)],
    present: 1,
    results: [],
    strict: true,
    wide: true,
    inputExamples: [],
  });
  const account = named('lineStatus').slots[0];

  it('finds the reading tool that promises a value and can be called', () => {
    expect(account && findLookup(account, tools, context('my phone is 555-0142'))).toMatchObject({
      tool: { name: 'findAccount' },
      input: { phone: '555-0142' },
    });
  });

  it('finds none without anything to look up by', () => {
    expect(account && findLookup(account, tools, context('my line is dead'))).toBeUndefined();
  });
});

describe('findOpenWords', () => {
  const open = (text: string) => findOpenWords(named('credit'), sourceOf(text, 'en', now), [], '2026-03-03');

  it.each([
    ['next Friday', 'next Friday'],
    ['by 10%', '10%'],
    ['two credits', 'two'],
    ['3 times', '3'],
    ['since yesterday', undefined],
    ['for 3 days', undefined],
  ])('%s: %s', (text, words) => {
    expect(open(text)).toBe(words);
  });
});

describe('nextStep', () => {
  it('asks which value an order means rather than take a default', () => {
    const book = testTool({
      name: 'bookVisit',
      description: 'Books a visit on a day',
      schema: z.object({ date: z.iso.date(), kind: z.enum(['short', 'long']).default('short') }),
      effect: 'write',
      examples: ['book a visit for tomorrow'],
    });
    const step = (text: string) => {
      const profiles = [profileTool(book.definition)];
      const message = readMessage(text, 'en', now);
      const understanding = understand({ message, tools: profiles, memory: [], now });
      return nextStep(understanding, readConversation(ask(text)), profiles);
    };
    expect(step('Book a visit for today please')).toMatchObject({
      kind: 'call',
      calls: [{ input: { date: '2026-03-03' } }],
    });
    expect(step('Book a plumbing visit for today please')).toMatchObject({
      kind: 'answer',
      states: [{ obstacle: { kind: 'missing', slots: [{ name: 'kind' }] } }],
    });
  });
});
