import { expect } from 'vitest';
import type { World } from '../world/start-world.ts';
import { support } from './projects.ts';
import { wired } from './wired.ts';

/** A call of a thousandth of a dollar, give or take. */
const usage = { inputTokens: 3_900, outputTokens: 10 };

async function set(client: World['client'], budget: Record<string, unknown>) {
  const answer = await client.send('PUT', '/v1/budgets', budget);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

wired({
  gateway: 'model',
  control: 'tenant-budget',
  holds: 'a tenant spends no more in a month than it may, and is told when it may again',
  async scenario({ client, deploy, openai }) {
    await deploy(support({ budget: '{ tokens: 1_000_000 }' }));
    // A call may cost 0.0085 dollars, and costs a thousandth.
    await set(client, { period: 'month', unit: 'usd', amount: 0.011 });
    openai.answer(() => ({ text: 'It is on its way.', usage }));
    const ends: string[] = [];
    let last = await client.run('support', 'Where is A-1?');
    for (let runs = 0; runs < 12 && last.status === 'succeeded'; runs += 1) {
      ends.push(last.status);
      last = await client.run('support', 'Where is A-1?');
    }
    expect(last).toMatchObject({ status: 'failed', error: { code: 'budget_exceeded' } });
    expect(last.error?.message).toMatch(
      /The tenant may spend \$0\.0110 a month.*renews at \d{4}-\d\d-01T00:00/,
    );
    expect(ends.length).toBeGreaterThan(0);
    const { body } = await client.send<{ budgets: { spent: number; left: number }[] }>('GET', '/v1/budgets');
    expect(body.budgets[0]?.left).toBeLessThan(0.0085);
  },
});

wired({
  gateway: 'model',
  control: 'tenant-budget',
  holds: 'a model of unknown price is not asked under a budget in dollars',
  async scenario({ client, deploy, openai }) {
    await deploy(support({}).replace("'openai/gpt-5-mini'", "'openai/gpt-unheard-of'"));
    await set(client, { agent: 'support', period: 'day', unit: 'usd', amount: 5 });
    openai.answer(() => ({ text: 'It is on its way.' }));
    const run = await client.run('support', 'Where is A-1?');
    expect(run).toMatchObject({ status: 'failed', error: { code: 'unknown_price' } });
    expect(openai.requests).toHaveLength(0);
  },
});

wired({
  gateway: 'tool',
  control: 'tenant-budget',
  holds: 'what tools cost counts in the budgets of tenants and agents; under one that waits, runs wait',
  async scenario({ client, deploy, openai, service }) {
    await deploy(
      support({}).replace(
        "description: 'Looks up an order',",
        "description: 'Looks up an order', cost: 0.5,",
      ),
    );
    await set(client, { agent: 'support', period: 'hour', unit: 'usd', amount: 0.7, whenSpent: 'wait' });
    openai.reply({ toolCalls: [{ name: 'lookUp', input: { order: 'A-1' } }] });
    openai.reply({ toolCalls: [{ name: 'lookUp', input: { order: 'A-2' } }] });
    openai.answer(() => ({ text: 'Both are on their way.' }));
    const id = await client.submit('support', 'Where are A-1 and A-2?');
    const waiting = await client.until(id, ['waiting', 'succeeded', 'failed']);
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'budget' }] });
    expect(service.effects).toHaveLength(1);
    await set(client, { agent: 'support', period: 'hour', unit: 'usd', amount: 5, whenSpent: 'wait' });
    expect(await client.until(id)).toMatchObject({ status: 'succeeded', output: 'Both are on their way.' });
  },
});
