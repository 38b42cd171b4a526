import { describe, expect, it } from 'vitest';
import { type ToolCallOverrides, toolCall } from '../../../../test/fakes/calls.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import { DEFAULT_BUDGET } from '../../../contract/budget.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { Json } from '../../../contract/json.ts';
import { rankPassages } from '../../retrieval/index.ts';
import { compress } from './compress.ts';

/** A word is a token. */
const count = async (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
const control = compress({ count, rank: rankPassages });
const words = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `word${from + index}`).join(' ');

function runAsked(input: Json): FakeRun {
  const run = new FakeRun();
  const meta = {
    kind: 'run.created',
    agent: 'support',
    definition: 'agent',
    version: 'v',
    lane: 'normal',
    principal: 'ada',
    budget: DEFAULT_BUDGET,
  } as const;
  run.record({ meta, body: { input } });
  return run;
}

const shown = async (output: Json, overrides: ToolCallOverrides = {}, asked: Json = 'Hello?') =>
  (await control.handle(toolCall(runAsked(asked), overrides), async () => ({ output }))).shown;

describe('what a model is shown of a tool’s output', () => {
  it('is all of it where it is short', async () => {
    const result = { output: { order: 'A-1' } };
    expect(await control.handle(toolCall(), async () => result)).toBe(result);
  });

  it('is the beginning and the end of it where the tool does not say, and how much is missing', async () => {
    const cut = await shown(words(0, 20_000));
    expect(cut).toMatchObject({ of: 20_000 });
    const text = String(cut?.value);
    expect(text).toMatch(/^word0 word1 /);
    expect(text).toMatch(/ word19999$/);
    expect(text).toContain('[… about 12000 of 20000 tokens left out …]');
    expect(await count(text)).toBe(cut?.tokens);
    expect(cut?.tokens).toBeLessThanOrEqual(8_000);
    expect(cut?.tokens).toBeGreaterThan(6_000);
  });

  it('is the fields that the tool names, through lists, and leaves the output as it is', async () => {
    const output = {
      id: 1,
      log: words(0, 500),
      items: [{ sku: 'A', log: 'x' }, { sku: 'B' }],
      customer: { name: 'Ann', card: 4 },
    };
    const tool = { output: { fields: ['id', 'items.sku', 'customer.name', 'missing.field'] } };
    const result = await control.handle(toolCall(runAsked('?'), { tool }), async () => ({ output }));
    expect(result.output).toBe(output);
    expect(result.shown?.value).toEqual({
      id: 1,
      items: [{ sku: 'A' }, { sku: 'B' }],
      customer: { name: 'Ann' },
    });
    expect(await shown([{ a: 1, b: 2 }], { tool: { output: { fields: ['a'] } } })).toMatchObject({
      value: [{ a: 1 }],
    });
  });

  it('is the whole where it has none of those fields', async () => {
    expect(await shown({ error: 'gone' }, { tool: { output: { fields: ['order.id'] } } })).toBeUndefined();
  });

  it('is the parts that are closest to the user’s message, in their order', async () => {
    const paragraphs = Array.from({ length: 40 }, (_, place) =>
      place === 7
        ? 'Refunds take five working days.'
        : place === 31
          ? 'A refund of a gift goes to who gave it.'
          : words(place * 20, place * 20 + 20),
    );
    const tool = { output: { maxTokens: 70, cut: 'query' as const } };
    const cut = await shown(paragraphs.join('\n\n'), { tool }, 'How long does a refund take?');
    const text = String(cut?.value);
    expect(text.indexOf('five working days')).toBeGreaterThan(0);
    expect(text.indexOf('five working days')).toBeLessThan(text.indexOf('who gave it'));
    expect(cut?.tokens).toBeLessThanOrEqual(70);
    expect(text).not.toContain('word700');
  });

  it('of a list is the items closest to the message, and what they are items of', async () => {
    const orders = Array.from({ length: 200 }, (_, id) => ({
      id: `AC-${1_000 + id}`,
      state: 'sent on its way',
    }));
    const tool = { output: { maxTokens: 60, cut: 'query' as const } };
    const cut = await shown({ customer: 'Ann', orders }, { tool }, 'Where is AC-1042?');
    expect(String(cut?.value)).toContain('{"customer":"Ann"}');
    expect(String(cut?.value)).toContain('AC-1042');
    expect(cut?.tokens).toBeLessThanOrEqual(60);
  });

  it('is beginning and end when nothing is close to the message', async () => {
    const tool = { output: { maxTokens: 40, cut: 'query' as const } };
    expect(String((await shown(words(0, 400), { tool }, 'Zebra?'))?.value)).toMatch(/^word0 .*word399$/s);
  });

  it('is nobody’s but a model’s: workflows and compensations get all of it', async () => {
    const long = words(0, 20_000);
    expect(await shown(long, { definition: { kind: 'workflow' } })).toBeUndefined();
    expect(await shown(long, { compensates: { key: 'k', output: 1 } })).toBeUndefined();
  });

  it('is the beginning of an error that is a whole page, and what the error means', async () => {
    const error = new BulkheadError({
      code: 'tool_failed',
      message: `Refused: ${'x'.repeat(50_000)}`,
      outcomeUnknown: true,
    });
    const failed = control.handle(toolCall(), () => Promise.reject(error));
    await expect(failed).rejects.toMatchObject({
      code: 'tool_failed',
      outcomeUnknown: true,
      message: expect.stringMatching(/^Refused: x{1000,8000}\n\[…\]\n/),
    });
  });
});
