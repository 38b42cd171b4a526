import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import type { ShownRun } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';

/** The database takes what a key stands for, and keeps nothing of it. */
const FORGET = `CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TRIGGER forget BEFORE INSERT ON idempotency_key FOR EACH ROW EXECUTE FUNCTION forget()`;

/** Proves that keys of chats are connected: the scenario passes, and fails where they are not kept. */
function keyed(holds: string, scenario: (world: World) => Promise<void>): void {
  describe.concurrent(`idempotency keys of chats: ${holds}`, { timeout: 60_000 }, () => {
    it('holds', async () => {
      const world = await startWorld();
      try {
        await scenario(world);
      } finally {
        await world.stop();
      }
    });

    it('is what makes it hold', async () => {
      const world = await startWorld();
      const owner = new pg.Client({ connectionString: world.databaseUrl });
      try {
        await owner.connect();
        await owner.query(FORGET);
        await expect(scenario(world)).rejects.toMatchObject({ name: 'AssertionError' });
      } finally {
        await owner.end();
        await world.stop();
      }
    });
  });
}

const CHAT = '/v1/chat/completions';
const question = { model: 'openai/gpt-5-mini', messages: [{ role: 'user', content: 'Is my line up?' }] };

function ask({ client }: World, body: object, signal?: AbortSignal, path = CHAT): Promise<Response> {
  return fetch(`${client.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${client.key}`,
      'content-type': 'application/json',
      'idempotency-key': 'order-17',
    },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Asks, waits until the run has ended and its answer is on its way, and is gone without having read any of it. */
async function loseAnswer(world: World, body: object, path = CHAT): Promise<string> {
  const { port, hostname } = new URL(world.client.url);
  const text = JSON.stringify(body);
  const socket = connect(Number(port), hostname);
  socket.write(
    [
      `POST ${path} HTTP/1.1`,
      `host: ${hostname}`,
      `authorization: Bearer ${world.client.key}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(text)}`,
      'idempotency-key: order-17',
      '',
      text,
    ].join('\r\n'),
  );
  const run = await vi.waitFor(
    async () => {
      const { body: listed } = await world.client.send<{ runs: ShownRun[] }>('GET', '/v1/runs');
      const [ended] = listed.runs.filter(({ status }) => status === 'succeeded');
      if (ended === undefined) throw new Error('No run has succeeded yet.');
      return ended.id;
    },
    { timeout: 15_000, interval: 20 },
  );
  socket.destroy();
  return run;
}

keyed('a retry after a lost answer gets that answer', async (world) => {
  world.openai.answer(() => ({ text: 'It is up.' }));
  const run = await loseAnswer(world, question);
  const again = await ask(world, question);
  expect(await again.json()).toMatchObject({ choices: [{ message: { content: 'It is up.' } }] });
  expect(world.openai.requests).toHaveLength(1);
  expect(again.headers.get('x-bulkhead-run')).toBe(run);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
});

keyed('a retry after a lost stream gets the whole stream', async (world) => {
  world.openai.answer(() => ({ chunks: ['It ', 'is ', 'up.'] }));
  const body = { model: question.model, input: 'Is my line up?', stream: true };
  const run = await loseAnswer(world, body, '/v1/responses');
  const again = await ask(world, body, undefined, '/v1/responses');
  const text = await again.text();
  expect(text).toContain('"delta":"It is up."');
  expect(text).toContain('event: response.completed');
  expect(world.openai.requests).toHaveLength(1);
  expect(again.headers.get('x-bulkhead-run')).toBe(run);
});

keyed('requests at the same time share one call', async (world) => {
  world.openai.answer(async () => {
    await sleep(300);
    return { text: 'It is up.' };
  });
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(world, question)));
  const runs = new Set(answers.map((answer) => answer.headers.get('x-bulkhead-run')));
  const texts = await Promise.all(answers.map((answer) => answer.json()));
  expect(world.openai.requests).toHaveLength(1);
  expect(runs.size).toBe(1);
  for (const text of texts) expect(text).toMatchObject({ choices: [{ message: { content: 'It is up.' } }] });
});

keyed('who leaves in the middle comes back to the same run', async (world) => {
  const speak = Promise.withResolvers<void>();
  world.openai.answer(async () => {
    await speak.promise;
    return { text: 'It is up.' };
  });
  const leaving = new AbortController();
  const first = ask(world, { ...question, stream: true }, leaving.signal).catch(() => undefined);
  await vi.waitFor(() => expect(world.openai.requests).toHaveLength(1), { timeout: 15_000 });
  const second = ask(world, { ...question, stream: true });
  leaving.abort();
  await first;
  // Long enough for a leaving to be noticed and to cancel.
  await sleep(200);
  speak.resolve();
  expect(await (await second).text()).toContain('"content":"It is up."');
  expect(world.openai.requests).toMatchObject([{ aborted: false }]);
});

keyed('the key of another request is refused', async (world) => {
  world.openai.answer(() => ({ text: 'It is up.' }));
  expect((await ask(world, question)).status).toBe(200);
  const other = await ask(world, { ...question, temperature: 1 });
  expect([other.status, await other.json()]).toMatchObject([
    400,
    { error: { type: 'invalid_request_error', code: 'idempotency_key_reused' } },
  ]);
});
