import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildProject } from '../world/build-project.ts';
import { openTenant } from '../world/open-tenant.ts';
import { startWorld, type World } from '../world/start-world.ts';
import { wired } from './wired.ts';

const MODEL = 'openai/gpt-5-mini';
const PROJECT = `
import { agent, tool, workflow } from 'bulkhead';
import { z } from 'zod';

const lookUp = tool({
  description: 'Looks up an order',
  inputSchema: z.object({ order: z.string() }),
  effect: 'read',
  execute: ({ order }) => ({ order, status: 'shipped' }),
});
export const desk = agent({ name: 'desk', instructions: 'Help.', model: '${MODEL}', tools: { lookUp } });
export const survey = workflow({
  name: 'survey',
  inputSchema: z.array(z.string()),
  model: '${MODEL}',
  run: async (questions, context) => {
    const branches = questions.map((prompt) => [prompt, async (branch) => (await branch.generate({ prompt })).text]);
    return Object.values(await context.all(Object.fromEntries(branches)));
  },
});
export const support = agent({ name: 'support', instructions: 'Help with orders.', model: '${MODEL}' });
export const faq = agent({ name: 'faq', instructions: 'Answer.', model: '${MODEL}', cache: { exact: '1h' } });
export const sorter = agent({
  name: 'sorter',
  instructions: 'Say where it belongs.',
  model: 'anthropic/claude-sonnet-4-5',
  batch: { pack: 8 },
});
`;

/** As every second and every other one, ten times as fast. */
const paces = { batches: { lookEvery: 100, shortestPause: 200 } };

const folder = mkdtempSync(join(tmpdir(), 'bulkhead-models-'));
const models = join(folder, 'models.json');
const providers = {
  openai: { batch: { requests: 500, seconds: 0 } },
  anthropic: { batch: { requests: 3, seconds: 3_600 } },
};
writeFileSync(models, JSON.stringify({ providers }));
afterAll(() => rm(folder, { recursive: true, force: true }));

wired({
  gateway: 'model',
  control: 'batch',
  holds:
    'a run of the lane batch waits without memory and is answered by its provider’s batch, at half the price',
  world: { environment: { BULKHEAD_MODELS: models }, paces },
  async scenario({ client, deploy, openai }) {
    await deploy(PROJECT);
    openai.batches.held = true;
    openai.answer(() => ({ text: 'It left.', usage: { inputTokens: 1_000, outputTokens: 100 } }));
    const waiting = await client.run('support', 'Where is A-1?', { lane: 'batch' });
    expect(waiting).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'provider-batch', model: MODEL }],
    });
    openai.batches.held = false;
    const run = await client.until(waiting.id, ['succeeded', 'failed'], 30_000);
    expect(run).toMatchObject({ status: 'succeeded', output: 'It left.' });
    const full = await client.run('support', 'Where is A-1?');
    expect(run.usd).toBeGreaterThan(0);
    expect(run.usd).toBeCloseTo(full.usd / 2, 10);
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({
        kind: 'model.completed',
        usd: run.usd,
        price: expect.objectContaining({ multiplier: 0.5 }),
      }),
    );
    // One call in the batch, and the other by itself.
    expect(openai.batches.all.map(({ calls }) => calls.length)).toEqual([1]);
    expect(openai.requests).toHaveLength(1);
  },
});

describe('runs of the lane batch', { timeout: 60_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ environment: { BULKHEAD_MODELS: models }, paces });
    await world.deploy(PROJECT);
  });
  afterAll(() => world?.stop());

  it('share a call where their author says so; each gets its answer and its part of the cost', async () => {
    const { client, anthropic } = world;
    anthropic.answer(({ text }) => {
      const questions: { number: number; question: string }[] = JSON.parse(text);
      const answers = questions.map(({ number, question }) => ({ number, answer: `${question}: shelf` }));
      return { text: JSON.stringify({ answers }), usage: { inputTokens: 1_001, outputTokens: 100 } };
    });
    const names = ['book', 'lamp', 'an old and heavy chair'];
    const ids = await Promise.all(names.map((name) => client.submit('sorter', name, { lane: 'batch' })));
    const runs = await Promise.all(ids.map((id) => client.until(id, ['succeeded', 'failed'], 30_000)));
    expect(runs.map(({ output }) => output)).toEqual(names.map((name) => `${name}: shelf`));
    expect(anthropic.batches.all.map(({ calls }) => calls.length)).toEqual([1]);
    const sum = (field: 'inputTokens' | 'outputTokens') =>
      runs.reduce((total, { usage }) => total + usage[field], 0);
    expect([sum('inputTokens'), sum('outputTokens')]).toEqual([1_001, 100]);
    expect(runs[2]?.usd).toBeGreaterThan(Number(runs[0]?.usd));
  });

  it('share what a call was billed whose answer cannot be read, and no more, before each is asked alone', async () => {
    const { client, anthropic } = world;
    const usage = { inputTokens: 100, outputTokens: 50 };
    anthropic.answer(({ text }) => ({ text: text.startsWith('[') ? 'I cannot do that.' : 'shelf', usage }));
    const names = ['book', 'lamp', 'chair'];
    const ids = await Promise.all(names.map((name) => client.submit('sorter', name, { lane: 'batch' })));
    const runs = await Promise.all(ids.map((id) => client.until(id, ['succeeded', 'failed'], 30_000)));
    expect(runs.map(({ output }) => output)).toEqual(['shelf', 'shelf', 'shelf']);
    const entries = (await Promise.all(ids.map((id) => client.journal(id)))).flat();
    const given = entries.filter(({ code }) => code === 'batch_given_up');
    expect(given).toHaveLength(3);
    expect(given.reduce((sum, { tokens }) => sum + Number(tokens), 0)).toBe(150);
    // 3 and 15 dollars a million, and half of it in batches.
    expect(given.reduce((sum, { usd }) => sum + Number(usd), 0)).toBeCloseTo(0.000_525, 9);
  });

  it('call tools between one batch and the next', async () => {
    const { client, openai } = world;
    const before = openai.batches.all.length;
    openai.reply({ toolCalls: [{ name: 'lookUp', input: { order: 'A-1' } }] });
    openai.reply({ text: 'It is shipped.' });
    const id = await client.submit('desk', 'Where is A-1?', { lane: 'batch' });
    const run = await client.until(id, ['succeeded', 'failed'], 30_000);
    expect(run).toMatchObject({ status: 'succeeded', output: 'It is shipped.' });
    expect(run.usage).toMatchObject({ modelCalls: 2, toolCalls: 1 });
    expect(openai.batches.all.length - before).toBe(2);
    expect(openai.requests).toEqual([]);
  });

  it('fill the exact cache for runs of all lanes', async () => {
    const { client, openai } = world;
    openai.answer(() => ({ text: 'At nine.' }));
    const id = await client.submit('faq', 'When do you open?', { lane: 'batch' });
    expect((await client.until(id, ['succeeded', 'failed'], 30_000)).output).toBe('At nine.');
    expect(await client.run('faq', 'When do you open?')).toMatchObject({ output: 'At nine.', usd: 0 });
    expect(openai.requests).toEqual([]);
  });

  it('wait for several answers at once, of whichever batch', async () => {
    const { client, openai } = world;
    openai.answer(({ text }) => ({ text: `${text}: yes` }));
    const id = await client.submit('survey', ['one', 'two', 'three'], { lane: 'batch' });
    const run = await client.until(id, ['succeeded', 'failed'], 30_000);
    expect(run.output, JSON.stringify(run.error)).toEqual(['one: yes', 'two: yes', 'three: yes']);
    expect(run.usage.modelCalls).toBe(3);
    expect(openai.requests).toEqual([]);
  });

  it('are asked in the ordinary way, at the full price, where the provider refuses batches', async () => {
    const { client, openai } = world;
    openai.answer(() => ({ text: 'It left.', usage: { inputTokens: 1_000, outputTokens: 100 } }));
    openai.batches.fault('refused');
    const id = await client.submit('support', 'Where is A-1?', { lane: 'batch' });
    const run = await client.until(id, ['succeeded', 'failed'], 30_000);
    expect(run).toMatchObject({ status: 'succeeded', output: 'It left.' });
    const { usd } = await client.run('support', 'Where is A-1?');
    expect(run.usd).toBe(usd);
    expect(await client.journal(id)).toContainEqual(
      expect.objectContaining({ kind: 'model.attempted', code: 'batch_not_answered', usd: 0 }),
    );
  });

  it('of two tenants never share a batch', async () => {
    const { client, openai } = world;
    const globex = await openTenant(world, 'globex');
    await globex.deploy(await buildProject(PROJECT));
    const before = openai.batches.all.length;
    openai.answer(({ text }) => ({ text: `${text}: yes` }));
    const asked = [client, globex, client, globex].map(async (tenant, index) => {
      const id = await tenant.submit('support', `question ${index}`, { lane: 'batch' });
      return tenant.until(id, ['succeeded', 'failed'], 30_000);
    });
    const runs = await Promise.all(asked);
    expect(runs.map(({ output }) => output)).toEqual([0, 1, 2, 3].map((index) => `question ${index}: yes`));
    const shared = openai.batches.all.slice(before).map(({ calls }) => {
      const numbers = calls.map(({ body }) => Number(/question (\d)/.exec(JSON.stringify(body))?.[1]));
      return new Set(numbers.map((number) => number % 2)).size;
    });
    expect(new Set(shared)).toEqual(new Set([1]));
  });

  it('are cancelled at once, their batch is called off, and what it says afterwards is ignored', async () => {
    const { client, openai } = world;
    const before = openai.batches.all.length;
    openai.batches.held = true;
    const waiting = await client.run('support', 'Where is A-1?', { lane: 'batch' });
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'provider-batch' }] });
    await vi.waitFor(() => expect(openai.batches.all).toHaveLength(before + 1), { timeout: 10_000 });
    await client.send('POST', `/v1/runs/${waiting.id}/cancel`);
    const run = await client.until(waiting.id, ['cancelled']);
    expect(run).toMatchObject({ status: 'cancelled', output: null });
    // What was handed over is paid for all the same.
    expect(run.usd).toBeGreaterThan(0);
    await vi.waitFor(() => expect(openai.batches.all.at(-1)).toMatchObject({ cancelled: true }), {
      timeout: 20_000,
    });
  });
});
