import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ModelCallOverrides, modelCall } from '../../../../test/fakes/calls.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import { dataKeyFrom } from '../../../foundation/vault/index.ts';
import { createPackScope } from './pack-scope.ts';
import { shareUsage } from './share-usage.ts';

const key = dataKeyFrom(randomBytes(32));
const scopeOf = createPackScope(async () => key);

type Part = { type: 'text'; text: string };
const user = (...content: Part[]) => ({ role: 'user' as const, content });
const text = (value: string): Part => ({ type: 'text', text: value });
const system = { role: 'system' as const, content: 'Be brief.' };
const ask = (request: Partial<ModelRequest>, overrides: ModelCallOverrides = {}) =>
  scopeOf(modelCall(undefined, { definition: { batch: { pack: 8 } }, request, ...overrides }));
const plain = { prompt: [system, user(text('Where is A-1?'))] };

describe('calls that may share one', () => {
  it('differ in nothing but a short question', async () => {
    const one = await ask(plain);
    expect(one).toMatchObject({ size: 8 });
    expect(await ask({ prompt: [system, user(text('Where is A-2?'))], maxOutputTokens: 9 })).toEqual(one);
    expect(await ask({ ...plain, whole: true })).toEqual(one);
  });

  it.each<[string, Partial<ModelRequest>, ModelCallOverrides]>([
    ['instructions', { prompt: [{ ...system, content: 'Be long.' }, user(text('Where?'))] }, {}],
    ['temperature', { ...plain, temperature: 1 }, {}],
    ['format', { ...plain, responseFormat: { type: 'json', schema: { type: 'object' } } }, {}],
    ['definition', plain, { definition: { batch: { pack: 8 }, hash: 'b'.repeat(64) } }],
    ['model', plain, { model: 'openai/gpt-5' }],
  ])('have the same %s', async (_, request, overrides) => {
    const other = await ask(request, overrides);
    expect(other).toMatchObject({ size: 8 });
    expect(other).not.toEqual(await ask(plain));
  });

  it.each<[string, Partial<ModelRequest>, ModelCallOverrides]>([
    ['whose author does not say so', plain, { definition: {} }],
    ['with tools', { ...plain, tools: [{ name: 'a', description: 'b', inputSchema: {} }] }, {}],
    ['with a conversation', { prompt: [user(text('one')), user(text('two'))] }, {}],
    ['with several parts', { prompt: [user(text('one'), text('two'))] }, {}],
    ['with a long question', { prompt: [user(text('word '.repeat(600)))] }, {}],
    ['that end at texts of their own', { ...plain, stopSequences: ['\n'] }, {}],
    ['for JSON of any shape', { ...plain, responseFormat: { type: 'json' } }, {}],
    [
      'whose schema refers to itself',
      { ...plain, responseFormat: { type: 'json', schema: { $ref: '#/$defs/a' } } },
      {},
    ],
  ])('are not those %s', async (_, request, overrides) => {
    expect(await ask(request, overrides)).toBeUndefined();
  });
});

it('shares of tokens add up to the whole, whatever they are divided by', () => {
  const usage = {
    inputTokens: 1_001,
    outputTokens: 7,
    cacheReadTokens: 333,
    cacheWriteTokens: 0,
    reasoningTokens: 5,
  };
  const shares = shareUsage(usage, [1, 1, 7], [0, 0, 0]);
  for (const field of Object.keys(usage) as (keyof typeof usage)[])
    expect(shares.reduce((sum, share) => sum + share[field], 0)).toBe(usage[field]);
  expect(shares.map(({ inputTokens }) => inputTokens)).toEqual([111, 111, 779]);
});
