import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

const PROJECT = `
import { workflow } from 'bulkhead';
import { z } from 'zod';

export const summarise = workflow({
  name: 'summarise',
  inputSchema: z.object({ text: z.string() }),
  model: 'openai/gpt-5-mini',
  run: ({ text }, context) => context.generate({ system: 'Be brief.', prompt: text, maxOutputTokens: 50 }),
});

export const classify = workflow({
  name: 'classify',
  inputSchema: z.object({ text: z.string() }),
  model: 'openai/gpt-5-mini',
  run: async ({ text }, context) => {
    const { object } = await context.generate({
      prompt: text,
      schema: z.object({ kind: z.enum(['refund', 'question']), urgent: z.boolean() }),
    });
    return object;
  },
});

export const careful = workflow({
  name: 'careful',
  inputSchema: z.object({ text: z.string() }),
  model: 'openai/gpt-5-mini',
  run: async ({ text }, context) => {
    try {
      return (await context.generate({ prompt: text, schema: z.object({ kind: z.string() }) })).object;
    } catch (error) {
      return { caught: error.code };
    }
  },
});

export const elsewhere = workflow({
  name: 'elsewhere',
  inputSchema: z.object({ model: z.string() }),
  model: 'openai/gpt-5-mini',
  run: async ({ model }, context) => (await context.generate({ prompt: 'Hello.', model })).text,
});

export const spending = workflow({
  name: 'spending',
  inputSchema: z.object({}),
  model: 'openai/gpt-5-mini',
  budget: { tokens: 6_000 },
  run: async (_, context) => {
    const texts: string[] = [];
    for (let call = 1; call <= 5; call += 1) {
      try {
        texts.push((await context.generate({ prompt: 'Call ' + call })).text);
      } catch {
        texts.push('swallowed');
      }
    }
    return texts;
  },
});
`;

describe('context.generate', () => {
  it('asks the workflow’s model, and says what the answer cost', async () => {
    world.openai.reply({ text: 'It rained.', usage: { inputTokens: 1_200, outputTokens: 30 } });
    const run = await world.client.run('summarise', { text: 'A long report about rain.' });
    expect(run).toMatchObject({
      status: 'succeeded',
      output: { text: 'It rained.', usage: { inputTokens: 1_200, outputTokens: 30 } },
      usage: { inputTokens: 1_200, outputTokens: 30, modelCalls: 1 },
    });
    expect(run.output).not.toHaveProperty('object');
    // The list price of the model: $0.25 and $2 for a million tokens.
    expect(run.usd).toBeCloseTo(1_200 * 0.25e-6 + 30 * 2e-6, 8);
    expect((run.output as { usage: { usd: number } }).usage.usd).toBeCloseTo(run.usd, 8);

    const asked = world.openai.requests.at(-1);
    expect(asked?.model).toBe('gpt-5-mini');
    expect(asked?.text).toBe('A long report about rain.');
    expect(JSON.stringify(asked?.body.messages)).toContain('Be brief.');
    expect(asked?.body).toMatchObject({ max_completion_tokens: 50 });
  });

  it('answers with an object when it is given a schema, and hands the schema to the provider', async () => {
    world.openai.reply({ text: '{"kind":"refund","urgent":true}' });
    const run = await world.client.run('classify', { text: 'My money, now!' });
    expect(run.output).toEqual({ kind: 'refund', urgent: true });
    expect(JSON.stringify(world.openai.requests.at(-1)?.body.response_format)).toContain('"urgent"');
  });

  it.each([
    ['no JSON', 'Surely a refund.', 'not JSON'],
    ['JSON of another shape', '{"kind":"complaint","urgent":true}', 'kind'],
    ['nothing', '', 'not JSON'],
  ])('fails with invalid_output when the answer is %s', async (_, text, reason) => {
    world.openai.reply({ text });
    const run = await world.client.run('classify', { text: 'Hm.' });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'invalid_output' } });
    expect(run.error?.message).toContain(reason);
  });

  it('throws what the workflow can catch', async () => {
    world.openai.reply({ text: 'No idea.' });
    const run = await world.client.run('careful', { text: 'Hm.' });
    expect(run).toMatchObject({ status: 'succeeded', output: { caught: 'invalid_output' } });
  });

  it('asks another model where the call names one', async () => {
    world.anthropic.reply({ text: 'Hello from elsewhere.' });
    const run = await world.client.run('elsewhere', { model: 'anthropic/claude-haiku-4-5' });
    expect(run.output).toBe('Hello from elsewhere.');
    expect(world.anthropic.requests.at(-1)?.model).toBe('claude-haiku-4-5');
  });

  it.each([
    ['openai', 'unknown_model'],
    ['nowhere/gpt-9', 'unknown_model'],
    ['google/gemini-3-pro', 'missing_key'],
  ])('fails when it names "%s"', async (model, code) => {
    const run = await world.client.run('elsewhere', { model });
    expect(run).toMatchObject({ status: 'failed', error: { code } });
    expect(run.error?.message).toContain(model);
  });

  it('ends the run when its budget is spent, whatever the workflow does with the error', async () => {
    world.openai.reply({ text: 'one', usage: { inputTokens: 5_900, outputTokens: 90 } });
    const before = world.openai.requests.length;
    const run = await world.client.run('spending', {});
    expect(run).toMatchObject({ status: 'failed', error: { code: 'budget_exceeded' } });
    expect(world.openai.requests.length - before).toBe(1);
  });
});
