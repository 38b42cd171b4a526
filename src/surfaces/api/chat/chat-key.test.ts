import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../../contract/json.ts';
import type { TerminalStatus } from '../../../contract/run.ts';
import { createRun, type NamedRun } from '../../../foundation/queue/index.ts';
import { answer } from '../openai/testing/open-ai-app.ts';
import { openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { takeRun } from '../testing/play-worker.ts';

let api: TestApi;
let key: string;
let begin: (run: NamedRun) => Promise<boolean>;
beforeAll(async () => {
  api = await openTestApi({ begin: (run) => begin(run) });
  key = await api.keyFor('acme', 'developer');
});
afterAll(() => api?.drop());
beforeEach(async () => {
  // A worker of this process that has no room: runs stand in line.
  begin = async () => false;
  await api.owner.query('TRUNCATE run, idempotency_key CASCADE');
});

const question = { model: 'local', messages: [{ role: 'user', content: 'Up?' }] };
const up = { choices: [{ message: { content: 'It is up.' } }] };

const ask = async (
  { body = question, headers = {}, as = key }: { body?: object; headers?: object; as?: string } = {},
  signal?: AbortSignal,
) =>
  api.app.request('/v1/chat/completions', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${as}`,
      'content-type': 'application/json',
      'idempotency-key': 'order-17',
      ...headers,
    },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });

const runs = async () =>
  (await api.owner.query<{ id: string; inbox: number }>('SELECT id, inbox FROM run ORDER BY id')).rows;
/** The newest of so many runs, once they are there. */
const newest = (count: number) =>
  vi.waitFor(async () => {
    const made = await runs();
    expect(made).toHaveLength(count);
    return String(made.at(-1)?.id);
  });

async function end(run: string, status: TerminalStatus, body: Record<string, Json>): Promise<void> {
  const { settle } = await takeRun(api, run);
  const meta =
    status === 'failed'
      ? { kind: 'run.failed' as const, code: 'broken' }
      : { kind: `run.${status}` as const };
  await settle({ status, ...(status === 'failed' ? { errorCode: 'broken' } : {}) }, { meta, body });
}
const succeed = (run: string, output: object = answer('It is up.')) =>
  end(run, 'succeeded', { output: output as Json });

describe('a chat with an Idempotency-Key', () => {
  it('is not cancelled when its client leaves, and answers whoever comes back', async () => {
    const leaving = new AbortController();
    const first = ask({}, leaving.signal);
    const run = await newest(1);
    leaving.abort();
    await api.settled();
    await first;
    expect(await runs()).toEqual([{ id: run, inbox: 0 }]);
    const second = ask();
    await succeed(run);
    const told = await second;
    expect(told.headers.get('idempotency-replayed')).toBe('true');
    expect(await told.json()).toMatchObject({ id: `chatcmpl-${run}`, ...up });
  });

  it('is told the same by the first answer and by each that follows', async () => {
    const first = ask();
    const run = await newest(1);
    await succeed(run);
    const told = await (await first).json();
    expect((await first).headers.has('idempotency-replayed')).toBe(false);
    expect(await (await ask()).json()).toEqual(told);
    expect(await runs()).toHaveLength(1);
  });

  it('is made under the id that the key stands for when whoever was to make it died', async () => {
    begin = () => Promise.reject(new Error('The process died.'));
    expect((await ask()).status).toBe(500);
    const { rows } = await api.owner.query<{ response: string }>('SELECT response FROM idempotency_key');
    const { run } = JSON.parse(String(rows[0]?.response)).body as { run: string };
    // It may be alive and at work on it: nobody else begins it in its stead.
    begin = vi.fn(async () => true);
    const second = ask();
    expect(await newest(1)).toBe(run);
    expect(begin).not.toHaveBeenCalled();
    await succeed(run);
    expect(await (await second).json()).toMatchObject(up);
  });

  it('is the one that another request made while this one was about to', async () => {
    begin = () => Promise.reject(new Error('The process died.'));
    await ask();
    begin = async () => false;
    const both = [ask(), ask()];
    await succeed(await newest(1));
    for (const told of await Promise.all(both)) expect(await told.json()).toMatchObject(up);
    expect(await runs()).toHaveLength(1);
  });

  it.each<[string, (run: string) => Promise<void>, number]>([
    ['failed', (run) => end(run, 'failed', { error: { code: 'broken', message: 'It broke.' } }), 500],
    ['was cancelled', (run) => end(run, 'cancelled', {}), 409],
    ['ended with an error of the model', (run) => succeed(run, answer('', { finishReason: 'error' })), 502],
  ])('has another run when the first %s: a key holds on to an answer', async (_, finish, status) => {
    const first = ask();
    await finish(await newest(1));
    expect((await first).status).toBe(status);
    const again = [ask(), ask()];
    await succeed(await newest(2));
    for (const told of await Promise.all(again)) expect(await told.json()).toMatchObject(up);
    expect(await runs()).toHaveLength(2);
  });

  it('leaves no key behind when it is refused', async () => {
    expect((await ask({ body: { ...question, model: 'nobody/knows' } })).status).toBe(404);
    const mended = ask();
    await succeed(await newest(1));
    expect((await mended).status).toBe(200);
  });

  it('says that its answer is gone when its key was destroyed', async () => {
    const first = ask();
    const run = await newest(1);
    await succeed(run);
    await first;
    await api.owner.query('DELETE FROM data_key WHERE stream = $1', [run]);
    const told = await ask();
    expect([told.status, await told.json()]).toMatchObject([410, { error: { code: 'key_destroyed' } }]);
  });
});

it('a chat that fails elsewhere is told as it would be here', async () => {
  const told = ask();
  const details = { status: 400 };
  await end(await newest(1), 'failed', {
    error: { code: 'provider_refused', message: 'No such thing.', details },
  });
  expect((await told).status).toBe(400);
});

describe('another request with the same key', () => {
  const reused = [400, { error: { code: 'idempotency_key_reused' } }];

  it.each<[string, () => Promise<Response>]>([
    ['asks for something else', () => ask({ body: { ...question, temperature: 1 } })],
    ['is about somebody else', () => ask({ headers: { 'x-bulkhead-subject': 'customer:7' } })],
    ['is of another principal', async () => ask({ as: await api.keyFor('acme', 'developer') })],
    ['is for another route', () => api.send(key, 'POST', '/v1/responses', { input: 'Up?' }, sameKey)],
  ])('is refused: it %s', async (_, send) => {
    const first = ask();
    await succeed(await newest(1));
    await first;
    const other = await send();
    expect([other.status, await other.json()]).toMatchObject(reused);
    expect(await runs()).toHaveLength(1);
  });
  const sameKey = { 'idempotency-key': 'order-17' };

  it('of another tenant is another one', async () => {
    const first = ask();
    await succeed(await newest(1));
    await first;
    const other = ask({ as: await api.keyFor('globex', 'developer') });
    await succeed(await newest(2));
    expect((await other).headers.has('idempotency-replayed')).toBe(false);
  });

  it('is refused as bad when it nests deeper than anything reads', async () => {
    const deep = JSON.parse('['.repeat(200) + ']'.repeat(200));
    const told = await ask({ body: { ...question, store: deep } });
    expect([told.status, await told.json()]).toMatchObject([400, { error: { code: 'invalid_request' } }]);
  });
});

it('a chat without a key is cancelled as ever, beside one with a key', async () => {
  begin = async (run) => {
    await createRun(api.worker.store.pool, api.worker.keys, run);
    return true;
  };
  const leaving = new AbortController();
  const answering = api.app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(question),
    signal: leaving.signal,
  });
  const keyed = ask({}, leaving.signal);
  await newest(2);
  leaving.abort();
  await api.settled();
  await Promise.all([answering, keyed]);
  expect((await runs()).map(({ inbox }) => inbox).toSorted()).toEqual([0, 1]);
});
