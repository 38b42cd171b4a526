import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

const PROJECT = `
import { agent, tool, workflow } from 'bulkhead';
import { z } from 'zod';

const search = tool({
  description: 'Searches the register, at a price',
  inputSchema: z.object({ name: z.string() }),
  effect: 'read',
  cost: 0.25,
  execute: ({ name }) => ({ name }),
});

export const clerk = agent({
  name: 'clerk',
  instructions: 'Search.',
  model: 'openai/gpt-5-mini',
  tools: { search },
});

export const office = workflow({
  name: 'office',
  inputSchema: z.object({}),
  model: 'openai/gpt-5-mini',
  run: async (_, context) => {
    const found = await context.run(clerk, 'Who is Ada?');
    const { text } = await context.generate({ prompt: 'Say it in Latin.' });
    return { found, text };
  },
});
`;

type Usage = {
  total: { runs: number; usd: number };
  usage: { name: string; usd: number; toolCalls: number }[];
};

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

it('counts each run once, under what it worked as, and no other', async () => {
  const { client, deploy, openai } = world;
  await deploy(PROJECT);
  openai.reply({
    toolCalls: [{ name: 'search', input: { name: 'Ada' } }],
    usage: { inputTokens: 1_000, outputTokens: 100 },
  });
  openai.reply({ text: 'A countess.', usage: { inputTokens: 2_000, outputTokens: 10 } });
  openai.reply({ text: 'Comitissa.', usage: { inputTokens: 4_000, outputTokens: 20 } });
  const run = await client.until(await client.submit('office', {}));
  expect(run.status).toBe('succeeded');
  const clerk = 0.25 + 3_000 * 0.25e-6 + 110 * 2e-6;
  const office = 4_000 * 0.25e-6 + 20 * 2e-6;
  expect(run.usd).toBeCloseTo(clerk + office, 9);

  const show = async (by: string) => (await client.send<Usage>('GET', `/v1/usage?by=${by}`)).body;
  const byAgent = await show('agent');
  expect(byAgent.total).toMatchObject({ runs: 2, modelCalls: 3, toolCalls: 1, inputTokens: 7_000 });
  expect(byAgent.total.usd).toBeCloseTo(run.usd, 9);
  const costs = new Map(byAgent.usage.map(({ name, usd }) => [name, usd]));
  expect(costs.get('clerk')).toBeCloseTo(clerk, 9);
  expect(costs.get('office')).toBeCloseTo(office, 9);
  expect((await show('model')).usage.map(({ name, toolCalls }) => [name, toolCalls])).toEqual([
    ['', 1],
    ['openai/gpt-5-mini', 0],
  ]);
});
