import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, seeThrough, startChaosWorld } from './chaos-world.ts';
import { ownersNow } from './instalments.ts';

const PROJECT = `
import { agent } from 'bulkhead';
export const support = agent({ name: 'support', instructions: 'Help.', model: 'openai/gpt-5-mini' });
`;

type Budget = { spent: number; held: number; left: number };

let world: ChaosWorld;
beforeAll(async () => {
  // Who is killed here is dead, not frozen: nobody acts any more on what he read of himself.
  world = await startChaosWorld({ workers: 2, capacity: 10, paces: { reclaimAfter: 1_000 } });
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

async function budget(): Promise<Budget> {
  const { body } = await world.client.send<{ budgets: Budget[] }>('GET', '/v1/budgets');
  const [first] = body.budgets;
  if (first === undefined) throw new Error('There is no budget.');
  return first;
}

describe('a worker that is killed in the middle of calls', () => {
  it('keeps nothing of a budget: what its runs cost is spent, and the rest comes back', async () => {
    const set = { period: 'month', unit: 'usd', amount: 1 };
    expect((await world.client.send('PUT', '/v1/budgets', set)).status).toBe(200);
    world.openai.answer(() => ({ text: 'Yes.', usage: { inputTokens: 300, outputTokens: 40 } }));
    const runs = await Promise.all(['a', 'b', 'c'].map((input) => world.client.submit('support', input)));
    await seeThrough(world, runs);

    const before = world.openai.requests.length;
    world.openai.fault('hang', { times: 4 });
    const cut = await Promise.all(['d', 'e', 'f', 'g'].map((input) => world.client.submit('support', input)));
    await expect
      .poll(() => world.openai.requests.length, { timeout: 10_000 })
      .toBeGreaterThanOrEqual(before + cut.length);
    expect((await budget()).held).toBeGreaterThan(0);
    const owners = new Set((await ownersNow(world, cut)).values());
    const dead = world.crew.ready.filter((member) => owners.has(world.crew.nameOf(member) ?? ''));
    expect(dead.length).toBeGreaterThan(0);
    for (const member of dead) world.crew.kill(member);

    const ended = await seeThrough(world, [...runs, ...cut]);
    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 'succeeded'));
    await expect.poll(async () => (await budget()).held, { timeout: 60_000, interval: 250 }).toBe(0);
    const cost = ended.reduce((sum, { usd }) => sum + usd, 0);
    const { spent, left } = await budget();
    // Each run is charged in full for the attempt that was lost, and so is the budget.
    expect(spent).toBeCloseTo(cost, 7);
    expect(left).toBeCloseTo(1 - cost, 7);
    expect((await world.owner.query('SELECT 1 FROM spend_slice')).rowCount).toBe(0);
  }, 120_000);
});
