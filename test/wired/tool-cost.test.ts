import { expect } from 'vitest';
import { wired } from './wired.ts';

const PROJECT = `
import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const search = tool({
  description: 'Searches the register, at a price',
  inputSchema: z.object({ name: z.string() }),
  effect: 'read',
  cost: 0.4,
  network: ['SERVICE'],
  execute: async ({ name }, { fetch, idempotencyKey }) => {
    await fetch('SERVICE/effects/search', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify({ name }),
    });
    return { name, known: true };
  },
});

export const clerk = agent({
  name: 'clerk',
  instructions: 'Search.',
  model: 'openai/gpt-5-mini',
  tools: { search },
  budget: { usd: 1 },
});
`;

wired({
  gateway: 'tool',
  control: 'budget',
  holds: 'a tool call that costs more than the dollars that are left is not made',
  async scenario({ client, deploy, openai, service }) {
    await deploy(PROJECT);
    const search = (name: string) => ({ toolCalls: [{ name: 'search', input: { name } }] });
    openai.reply(search('Ada'));
    openai.reply(search('Bob'));
    openai.reply(search('Cleo'));
    openai.answer(() => ({ text: 'All three are known.' }));
    const run = await client.run('clerk', 'Who is known?');
    expect(run).toMatchObject({ status: 'failed', error: { code: 'budget_exceeded' } });
    expect(service.effects).toHaveLength(2);
    expect(run.usd).toBeGreaterThan(0.8);
    expect(run.usd).toBeLessThanOrEqual(1);
  },
});
