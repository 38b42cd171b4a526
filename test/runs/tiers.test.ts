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
export const learned = agent({ name: 'learned', instructions: 'Answer.', model, routing: {} });
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
  const { client, openai, anthropic } = world;
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

  const kept = () =>
    inDatabase((database) =>
      database.query('SELECT small, large, used FROM routing_sample WHERE run = $1', [run.id]),
    );
  await expect.poll(async () => (await kept()).rows).toEqual([{ small: true, large: true, used: 'small' }]);
});

it('learns from what runs have shown, and begins with the larger tier where the smaller will not do', async () => {
  const { client, openai, anthropic } = world;
  openai.answer(() => ({ text: 'From the small one.' }));
  anthropic.answer(() => ({ text: 'From the large one.' }));
  const pair = 'openai/gpt-5-mini anthropic/claude-sonnet-5';
  // As if 600 runs had shown it: what is asked at length is beyond the smaller tier.
  await inDatabase((database) =>
    database.query(
      `WITH key AS (
         INSERT INTO data_key (stream, tenant, wrapped)
         SELECT gen_random_uuid(), id, '\\x00' FROM tenant, generate_series(1, 600) RETURNING stream, tenant),
       told AS (SELECT stream, tenant, row_number() OVER () % 2 = 0 AS long FROM key)
       INSERT INTO routing_sample (run, step_key, tenant, agent, pair, words, numbers, small, large, small_usd, large_usd, used)
       SELECT stream, 'model#1', tenant, 'learned', $1, '{}', CASE WHEN long THEN '{7,8,0,1,0,0,0,0}'::real[] ELSE '{2,4,0,1,0,0,0,0}' END,
         NOT long, true, 0.001, 0.02, 'small' FROM told`,
      [pair],
    ),
  );
  const { body } = await client.send<{ trained: object }>('POST', '/v1/routes/learned/train', {});
  expect(body.trained).toMatchObject({ active: true, version: 1 });

  const routed = async (input: string) => {
    const run = await client.run('learned', input);
    return {
      output: run.output,
      by: (await client.journal(run.id)).find(({ kind }) => kind === 'model.routed'),
    };
  };
  const long = 'Compare all that we have agreed upon in the last three years. '.repeat(20);
  // Workers hear of it within seconds.
  await expect.poll(async () => (await routed(long)).output).toBe('From the large one.');
  expect((await routed(long)).by).toMatchObject({ tier: 'large', route: 1, score: expect.any(Number) });
  expect(await routed('Hello?')).toMatchObject({
    output: 'From the small one.',
    by: { tier: 'small', route: 1 },
  });
});

async function inDatabase<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const database = new pg.Client({ connectionString: world.databaseUrl });
  await database.connect();
  try {
    return await work(database);
  } finally {
    await database.end();
  }
}
