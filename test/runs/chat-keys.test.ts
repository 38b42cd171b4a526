import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningServer, startServer } from '../../src/surfaces/server.ts';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
let elsewhere: RunningServer;
beforeAll(async () => {
  world = await startWorld();
  elsewhere = await startServer({
    environment: world.environment,
    home: `${world.home}/elsewhere`,
    api: true,
    worker: true,
    dev: true,
    port: 0,
    log: () => {},
  });
});
afterAll(async () => {
  await elsewhere?.stop();
  await world?.stop();
});

const here = () => world.client.url;
const there = () => String(elsewhere.url);
const up = { choices: [{ message: { content: 'It is up.' } }] };

function ask(url: string, key: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.client.key}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({
      model: 'openai/gpt-5-mini',
      messages: [{ role: 'user', content: 'Is my line up?' }],
    }),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe('requests with one Idempotency-Key, at two servers', () => {
  it('share one run and one call of the model, whichever is first', { timeout: 60_000 }, async () => {
    world.openai.answer(() => ({ text: 'It is up.' }));
    for (let round = 0; round < 10; round += 1) {
      const calls = world.openai.requests.length;
      const urls = [here(), there(), here(), there()];
      const answers = await Promise.all(urls.map((url) => ask(url, `round-${round}`)));
      for (const answer of answers) expect(await answer.json()).toMatchObject(up);
      expect(new Set(answers.map(({ headers }) => headers.get('x-bulkhead-run'))).size).toBe(1);
      expect(world.openai.requests.length - calls).toBe(1);
    }
  });

  it('are answered though the one that made the run has left its server', async () => {
    const calls = world.openai.requests.length;
    const speak = Promise.withResolvers<void>();
    world.openai.answer(async () => {
      await speak.promise;
      return { text: 'It is up.' };
    });
    const leaving = new AbortController();
    const first = ask(here(), 'leave', leaving.signal).catch(() => undefined);
    await vi.waitFor(() => expect(world.openai.requests.length).toBe(calls + 1), { timeout: 15_000 });
    const second = ask(there(), 'leave');
    leaving.abort();
    await first;
    speak.resolve();
    expect(await (await second).json()).toMatchObject(up);
    expect(world.openai.requests.length).toBe(calls + 1);
  });
});
