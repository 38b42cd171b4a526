import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { EventReader } from '../../src/surfaces/api/testing/read-events.ts';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());
beforeEach(() => {
  world.openai.requests.length = 0;
  world.anthropic.requests.length = 0;
});

const PROJECT = `
import { agent, workflow } from 'bulkhead';
import { z } from 'zod';

const model = { small: 'openai/gpt-5-mini', large: 'anthropic/claude-sonnet-5' };

export const picky = agent({
  name: 'picky',
  instructions: 'Answer in a word.',
  model,
  routing: { cascade: true, verify: (answer) => !answer.includes('perhaps') },
});
export const compared = workflow({
  name: 'compared',
  inputSchema: z.object({ question: z.string() }),
  model,
  routing: { shadow: 1 },
  run: async ({ question }, context) => {
    const { text } = await context.generate({ prompt: question });
    await context.sleep('20ms');
    return { text, after: await context.now() > 0 };
  },
});
`;

it('shows who watches a run nothing of an answer that is thrown away', async () => {
  const { client, openai, anthropic } = world;
  openai.answer(() => ({ text: 'Well, perhaps it is so.' }));
  anthropic.answer(() => ({ text: 'Certainly.' }));
  const run = await client.submit('picky', 'Is it?');
  const response = await fetch(`${client.url}/v1/runs/${run}/events`, {
    headers: { authorization: `Bearer ${client.key}` },
  });
  const events = await new EventReader(response.body).rest();
  expect(events.at(-1)).toMatchObject({ event: 'end', data: { output: 'Certainly.' } });
  const shown = events.filter(({ event }) => event === 'delta').map(({ data }) => String(data.text));
  expect(shown.join('')).not.toContain('perhaps');
});

it('holds a client that asks an agent’s models itself to all checks but the author’s', async () => {
  const { client, openai, anthropic } = world;
  openai.answer(() => ({ text: 'perhaps' }));
  anthropic.answer(() => ({ text: 'Certainly.' }));
  const ask = async () => {
    const body = { model: 'auto', messages: [{ role: 'user', content: 'Is it?' }] };
    const answer = await client.send('POST', '/v1/chat/completions', body, { 'x-bulkhead-agent': 'picky' });
    return (answer.body.choices as { message: { content: string } }[])[0]?.message.content;
  };
  expect(await ask()).toBe('perhaps');
  openai.answer(() => ({ text: 'It is so that', finishReason: 'length' }));
  expect(await ask()).toBe('Certainly.');
});

it('asks another tier too, unseen and paid for, and goes on behind a wait as if it had not', async () => {
  const { client, openai, anthropic, databaseUrl } = world;
  openai.answer(() => ({ text: 'Yes', usage: { inputTokens: 100, outputTokens: 10 } }));
  anthropic.answer(() => ({ text: 'yes.', usage: { inputTokens: 200, outputTokens: 20 } }));
  const submitted = await client.submit('compared', { question: 'Is it?' });
  const run = await client.until(submitted);
  expect(run).toMatchObject({ status: 'succeeded', output: { text: 'Yes', after: true } });
  expect([openai.requests.length, anthropic.requests.length]).toEqual([1, 1]);
  const journal = await client.journal(run.id);
  expect(journal.filter(({ shadow }) => shadow)).toMatchObject([
    { kind: 'model.started', model: 'anthropic/claude-sonnet-5' },
    { kind: 'model.attempted', code: 'shadow', tokens: 220 },
    { kind: 'model.verified', passed: true },
  ]);
  const usd = (kind: string) => Number(journal.find((entry) => entry.kind === kind)?.usd);
  expect(usd('model.attempted')).toBeGreaterThan(0);
  expect(run.usd).toBeCloseTo(usd('model.completed') + usd('model.attempted'), 8);

  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const kept = async () =>
      (await database.query('SELECT small, large, used FROM routing_sample WHERE run = $1', [run.id])).rows;
    await expect.poll(kept).toEqual([{ small: true, large: true, used: 'small' }]);
  } finally {
    await database.end();
  }
});
