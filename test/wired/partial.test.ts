import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';
import { support } from './projects.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const lookUp = { toolCalls: [{ name: 'lookUp', input: { order: 'A-1' } }] };
const sent = () => world.openai.requests.map(({ body }) => body as Record<string, unknown>);

async function spentRun(budget: string, usage: { inputTokens: number; outputTokens: number }) {
  await world.deploy(support({ budget: `{ ${budget}, whenSpent: 'partial' }` }));
  const asked = world.openai.requests.length;
  world.openai.reply({ ...lookUp, usage });
  world.openai.answer(() => ({
    text: 'It has left; more I do not know.',
    usage: { inputTokens: 90, outputTokens: 12 },
  }));
  const run = await world.client.run('support', 'Where is A-1?');
  return { run, requests: sent().slice(asked) };
}

describe('an agent whose budget is spent', () => {
  it.each([
    ['tokens: 6_000', { inputTokens: 5_300, outputTokens: 80 }],
    ['usd: 0.0025, tokens: 1_000_000', { inputTokens: 8_850, outputTokens: 10 }],
    ['modelCalls: 2', { inputTokens: 100, outputTokens: 10 }],
  ])('answers once more, without tools, within %s', async (budget, usage) => {
    const { run, requests } = await spentRun(budget, usage);
    expect(run).toMatchObject({
      status: 'succeeded',
      partial: true,
      output: 'It has left; more I do not know.',
    });
    expect(requests).toHaveLength(2);
    expect(requests[1]).not.toHaveProperty('tools');
    // It is told what was found.
    expect(JSON.stringify(requests[1])).toContain('shipped');
    const entries = await world.client.journal(run.id);
    expect(entries.at(-1)).toMatchObject({ kind: 'run.succeeded', partial: true });
    expect(entries.findLast(({ kind }) => kind === 'model.completed')).toMatchObject({
      key: 'last-turn#1',
      lastTurn: true,
      price: { source: 'catalogue', inputPerMillion: 0.25 },
    });
  });

  it('answers when it may call no further tool', async () => {
    await world.deploy(support({ budget: "{ toolCalls: 1, whenSpent: 'partial' }" }));
    world.openai.reply(lookUp);
    world.openai.reply(lookUp);
    world.openai.answer(() => ({ text: 'One of two.' }));
    const run = await world.client.run('support', 'Where are A-1 and A-2?');
    expect(run).toMatchObject({ status: 'succeeded', partial: true, output: 'One of two.' });
  });

  it('leaves room for the schema that its answer is to have', async () => {
    const schema = `outputSchema: z.object({ state: z.string().describe('${'How it is. '.repeat(200)}') }), tools:`;
    const project = support({ budget: "{ tokens: 12_000, whenSpent: 'partial' }" });
    await world.deploy(project.replace('tools:', schema));
    const text = 'Orders are looked up one by one. '.repeat(300);
    world.openai.reply({ ...lookUp, text, usage: { inputTokens: 10_000, outputTokens: 700 } });
    world.openai.answer(() => ({ text: '{"state":"on its way"}' }));
    const run = await world.client.run('support', 'Where is A-1?');
    expect(run).toMatchObject({ status: 'succeeded', partial: true, output: { state: 'on its way' } });
  });

  it('fails when what is kept for the answer does not hold one', async () => {
    const { run, requests } = await spentRun('tokens: 2_000', { inputTokens: 1_900, outputTokens: 95 });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'budget_exceeded' } });
    expect(requests).toHaveLength(1);
  });
});
