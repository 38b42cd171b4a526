import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShownRun } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

const PROJECT = `
import { agent, workflow } from 'bulkhead';
import { z } from 'zod';

export const writer = agent({ name: 'writer', instructions: 'Write.', model: 'openai/gpt-5-mini' });

export const square = workflow({
  name: 'square',
  inputSchema: z.object({ number: z.number() }),
  run: async ({ number }) => ({ squared: number * number }),
});

export const parent = workflow({
  name: 'parent',
  inputSchema: z.object({}),
  budget: { tokens: 20_000, usd: 1 },
  model: 'openai/gpt-5-mini',
  run: async (_, context) => {
    const text = await context.run(writer, 'A headline, please.');
    const { squared } = await context.run(square, { number: 7 });
    const { text: closing } = await context.generate({ prompt: 'And a closing line.' });
    return { text, squared, closing };
  },
});

export const grandparent = workflow({
  name: 'grandparent',
  inputSchema: z.object({}),
  run: (_, context) => context.run(parent, {}),
});

export const failing = workflow({
  name: 'failing',
  inputSchema: z.object({ input: z.unknown(), catching: z.boolean() }),
  run: async ({ input, catching }, context) => {
    if (!catching) return context.run(square, input);
    return context.run(square, input).catch(({ code, message }) => ({ code, message }));
  },
});

export const stranger = workflow({
  name: 'stranger',
  inputSchema: z.object({}),
  run: (_, context) => context.run({ kind: 'agent', name: 'nobody' }, 'hello'),
});

export const misnaming = workflow({
  name: 'misnaming',
  inputSchema: z.object({ child: z.unknown().optional() }),
  run: ({ child }, context) => context.run(child, 'hello'),
});

export const thrifty = workflow({
  name: 'thrifty',
  inputSchema: z.object({ tokens: z.number().optional() }),
  budget: { tokens: 7_000 },
  run: async ({ tokens }, context) => {
    const first = await context.run(writer, 'One.', tokens === undefined ? {} : { budget: { tokens } })
      .catch(({ code }) => code);
    const second = await context.run(writer, 'Two.').catch(({ code }) => code);
    return [first, second];
  },
});

export const pair = workflow({
  name: 'pair',
  inputSchema: z.object({ each: z.number().optional() }),
  run: (_, context) => {
    const options = _.each === undefined ? {} : { budget: { tokens: _.each } };
    return context.all({
      one: (inner) => inner.run(writer, 'One.', options),
      two: (inner) => inner.run(writer, 'Two.', options).catch(({ code, message }) => ({ code, message })),
    });
  },
});

export const crowd = workflow({
  name: 'crowd',
  inputSchema: z.object({}),
  budget: { tokens: 9_000 },
  run: (_, context) => context.all({
    one: (inner) => inner.run(writer, 'One.'),
    two: (inner) => inner.run(writer, 'Two.'),
    three: (inner) => inner.run(writer, 'Three.'),
  }),
});

export const endless = workflow({
  name: 'endless',
  inputSchema: z.object({ depth: z.number() }),
  run: ({ depth }, context) => context.run(endless, { depth: depth + 1 }),
});
`;

const finish = async (agent: string, input: unknown): Promise<ShownRun> =>
  world.client.until(await world.client.submit(agent, input));

describe('context.run', () => {
  it('runs an agent and a workflow as children, and goes on with their outputs', async () => {
    world.openai.reply({ text: 'Rain ends', usage: { inputTokens: 1_000, outputTokens: 100 } });
    world.openai.reply({ text: 'The end.', usage: { inputTokens: 500, outputTokens: 50 } });
    const run = await finish('parent', {});
    expect(run.output).toEqual({ text: 'Rain ends', squared: 49, closing: 'The end.' });

    const children = (await world.client.journal(run.id)).filter(({ kind }) => kind === 'child.completed');
    expect(children).toMatchObject([
      { key: 'child:writer#1', outcome: 'ok', tokens: 1_100 },
      { key: 'child:square#1', outcome: 'ok', tokens: 0, usd: 0 },
    ]);
    const child = await world.client.show(String(children[0]?.child));
    expect(child).toMatchObject({
      status: 'succeeded',
      parent: run.id,
      version: run.version,
      output: 'Rain ends',
    });
  });

  it('counts what children spent, and their children, in the parent', async () => {
    world.openai.reply({ text: 'Rain ends', usage: { inputTokens: 1_000, outputTokens: 100 } });
    world.openai.reply({ text: 'The end.', usage: { inputTokens: 500, outputTokens: 50 } });
    const run = await finish('grandparent', {});
    const expected = { inputTokens: 1_500, outputTokens: 150 };
    expect(run.usage).toMatchObject({ ...expected, modelCalls: 2 });
    expect(run.usd).toBeCloseTo(1_500 * 0.25e-6 + 150 * 2e-6, 8);
    const child = (await world.client.journal(run.id)).find(({ kind }) => kind === 'child.completed');
    expect(child).toMatchObject({ tokens: 1_650, modelCalls: 2, toolCalls: 0 });
    expect((await world.client.show(String(child?.child))).usage).toMatchObject({
      ...expected,
      modelCalls: 2,
    });
  });

  it('counts the tokens of an attempt that failed and may have cost something, as its price', async () => {
    world.openai.fault('garbled');
    world.openai.reply({ text: 'Rain ends', usage: { inputTokens: 1_000, outputTokens: 100 } });
    world.openai.reply({ text: 'The end.', usage: { inputTokens: 500, outputTokens: 50 } });
    const run = await finish('parent', {});
    expect(run.status).toBe('succeeded');
    const child = (await world.client.journal(run.id)).find(({ kind }) => kind === 'child.completed');
    const usage = child?.usage as { inputTokens: number; outputTokens: number };
    expect(usage.outputTokens).toBeGreaterThan(4_000);
    expect(usage.inputTokens + usage.outputTokens).toBe(child?.tokens);
    expect((await world.client.show(String(child?.child))).usage).toMatchObject(usage);
    expect(run.usage.outputTokens).toBe(usage.outputTokens + 50);
    expect(run.usd).toBeCloseTo(run.usage.inputTokens * 0.25e-6 + run.usage.outputTokens * 2e-6, 8);
  });

  it('fails with its child’s code, unless the workflow catches it', async () => {
    const failed = await finish('failing', { input: { number: 'seven' }, catching: false });
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'invalid_input' } });
    expect(failed.error?.message).toContain('"square"');
    const caught = await finish('failing', { input: { number: 'seven' }, catching: true });
    expect(caught).toMatchObject({ status: 'succeeded', output: { code: 'invalid_input' } });
  });

  it('fails when the bundle has no such definition, and names those that it has', async () => {
    const run = await finish('stranger', {});
    expect(run).toMatchObject({ status: 'failed', error: { code: 'unknown_definition' } });
    expect(run.error?.message).toMatch(/"nobody".*writer/);
  });
});

describe('what is no definition', () => {
  it.each([
    ['writer', 'context.run was given "writer"'],
    [undefined, 'context.run was given nothing'],
    [{ kind: 'agent' }, 'context.run was given an object'],
  ])('%j is no child: the run says what to give instead', async (child, sentence) => {
    const run = await finish('misnaming', { child });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'invalid_child' } });
    expect(run.error?.message).toContain(sentence);
    expect(run.error?.message).toContain('context.run(support, input)');
  });
});

describe('a child’s allowance', () => {
  it('is no more than its parent has left', async () => {
    world.openai.reply({ text: 'one', usage: { inputTokens: 5_000, outputTokens: 100 } });
    world.openai.reply({ text: 'two', usage: { inputTokens: 1_000, outputTokens: 100 } });
    const run = await finish('thrifty', {});
    const started = (await world.client.journal(run.id)).filter(({ kind }) => kind === 'child.started');
    expect(started.map(({ allowance }) => (allowance as { tokens: number }).tokens)).toEqual([7_000, 1_900]);
    expect(run.output).toEqual(['one', 'two']);
  });

  it('is no more than its caller gives it, and what is over comes back', async () => {
    world.openai.reply({ text: 'two', usage: { inputTokens: 1_000, outputTokens: 100 } });
    const run = await finish('thrifty', { tokens: 20 });
    expect(run.output, 'the first child had too little for one call').toEqual(['budget_exceeded', 'two']);
    const started = (await world.client.journal(run.id)).filter(({ kind }) => kind === 'child.started');
    expect(started.map(({ allowance }) => (allowance as { tokens: number }).tokens)).toEqual([20, 7_000]);
  });

  it('is what its caller says, or an equal part among those that are started together', async () => {
    world.openai.answer(() => ({ text: 'hello', usage: { inputTokens: 100, outputTokens: 10 } }));
    const parts = async (input: unknown) => {
      const run = await finish('pair', input);
      expect(run.output).toEqual({ one: 'hello', two: 'hello' });
      const started = (await world.client.journal(run.id)).filter(({ kind }) => kind === 'child.started');
      return started.map(({ allowance }) => allowance);
    };
    const half = { modelCalls: 25, usd: null };
    expect(await parts({ each: 20_000 })).toEqual(Array(2).fill({ ...half, tokens: 20_000 }));
    expect(await parts({})).toEqual(Array(2).fill({ ...half, tokens: 50_000 }));
  });

  it('waits for what a child under way gives back, where too little is left', async () => {
    world.openai.answer(() => ({ text: 'hello', usage: { inputTokens: 100, outputTokens: 10 } }));
    const run = await finish('crowd', {});
    expect(run).toMatchObject({
      status: 'succeeded',
      output: { one: 'hello', two: 'hello', three: 'hello' },
    });
    const started = (await world.client.journal(run.id)).filter(({ kind }) => kind === 'child.started');
    expect(started.every(({ allowance }) => (allowance as { tokens: number }).tokens >= 5_000)).toBe(true);
  });
});

describe('children of children', () => {
  it('end at a depth that no honest workflow reaches', async () => {
    const run = await finish('endless', { depth: 0 });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'child_too_deep' } });
  });
});
