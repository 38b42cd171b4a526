import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import { inTenant } from '../../../foundation/store/index.ts';
import type { Run } from '../schemas/run.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { finishRun } from '../testing/play-worker.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

const DAY = 24 * 60 * 60 * 1_000;
let api: TestApi;
let key: string;
const clock = new ManualClock(Date.now());
beforeAll(async () => {
  api = await openTestApi({ clock });
  key = await api.keyFor('acme', 'admin');
  await deploySupport(api, key);
});
afterAll(() => api.drop());

const body = { agent: 'support', input: 'Where is my order?' };
const submit = (
  idempotencyKey: string,
  request: unknown = body,
  headers: Record<string, string> = {},
  as = key,
) => api.send(as, 'POST', '/v1/runs', request, { 'idempotency-key': idempotencyKey, ...headers });
const runsOf = async (session: string) =>
  Number((await api.owner.query('SELECT count(*) FROM run WHERE session = $1', [session])).rows[0].count);

describe('the same request with the same Idempotency-Key', () => {
  it('gets the same answer, and one run is made', async () => {
    const request = { ...body, session: 'same' };
    const first = await submit('same', request);
    const second = await submit('same', request);
    expect(first.headers.has('idempotency-replayed')).toBe(false);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.status).toBe(202);
    expect(await second.text()).toBe(await first.text());
    expect(await runsOf('same')).toBe(1);
  });

  it('is the same in whatever order its fields come', async () => {
    await submit('order', { agent: 'support', input: 'hi', session: 'order' });
    const again = await submit('order', { session: 'order', input: 'hi', agent: 'support' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('gets the answer of then, also when the run has gone on', async () => {
    const { id } = await bodyOf<Run>(await submit('gone-on'));
    await finishRun(api, id, 'done');
    expect(await bodyOf<Run>(await submit('gone-on'))).toMatchObject({ id, status: 'queued' });
  });

  it('gets the finished run when it prefers to wait', async () => {
    const { id } = await bodyOf<Run>(await submit('wait'));
    await finishRun(api, id, 'done');
    const waited = await submit('wait', body, { prefer: 'wait=5' });
    expect(waited.status).toBe(200);
    expect(waited.headers.get('idempotency-replayed')).toBe('true');
    expect(await bodyOf<Run>(waited)).toMatchObject({ id, status: 'succeeded', output: 'done' });
  });

  it('makes one run, however many come at the same time', async () => {
    const request = { ...body, session: 'crowd' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => submit('crowd', request)));
    const statuses = new Set(answers.map(({ status }) => status));
    // Each is either the one run or told to come again.
    expect([...statuses].every((status) => status === 202 || status === 409)).toBe(true);
    expect(statuses.has(202)).toBe(true);
    expect(await runsOf('crowd')).toBe(1);
  });

  it('is told to wait while the first one is carried out', async () => {
    await inTenant(api.parts.store, 'acme', async (client) => {
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended('idempotency|acme|slow', 2))");
      const response = await submit('slow');
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await refusalOf(response)).toEqual([409, 'request_in_progress']);
    });
    expect((await submit('slow')).status).toBe(202);
  });

  it('is a new one after 24 hours', async () => {
    const request = { ...body, session: 'day' };
    const first = await bodyOf<Run>(await submit('day', request));
    await api.owner.query("UPDATE idempotency_key SET created_at = $1 WHERE key = 'day'", [
      new Date(clock.now() - DAY - 1),
    ]);
    const second = await submit('day', { ...request, input: 'something else' });
    expect(second.status).toBe(202);
    expect(await second.json()).not.toMatchObject({ id: first.id });
    expect(await runsOf('day')).toBe(2);
  });

  it('leaves nothing that is older than 24 hours lying about', async () => {
    await api.owner.query(
      `INSERT INTO idempotency_key (tenant, key, request_hash, status, response, created_at)
       SELECT 'acme', 'old-' || n, '\\x00', 202, '{}', $1 FROM generate_series(1, 4) n`,
      [new Date(clock.now() - 2 * DAY)],
    );
    const old = async () =>
      Number(
        (await api.owner.query("SELECT count(*) FROM idempotency_key WHERE key LIKE 'old-%'")).rows[0].count,
      );
    await submit('tidy-1');
    expect(await old()).toBe(2);
    await submit('tidy-2');
    expect(await old()).toBe(0);
  });
});

describe('another request with the same Idempotency-Key', () => {
  it('is refused', async () => {
    await submit('reused');
    expect(await refusalOf(await submit('reused', { ...body, input: 'Something else?' }))).toEqual([
      422,
      'idempotency_key_reused',
    ]);
  });

  it('is refused on another route too', async () => {
    const { id } = await bodyOf<Run>(await submit('route'));
    const cancel = await api.send(key, 'POST', `/v1/runs/${id}/cancel`, undefined, {
      'idempotency-key': 'route',
    });
    expect(await refusalOf(cancel)).toEqual([422, 'idempotency_key_reused']);
  });

  it('of another tenant is another one', async () => {
    const other = await api.keyFor('globex', 'admin');
    await deploySupport(api, other);
    const first = await bodyOf<Run>(await submit('tenants'));
    const second = await submit('tenants', body, {}, other);
    expect(second.status).toBe(202);
    expect(second.headers.has('idempotency-replayed')).toBe(false);
    expect(await second.json()).not.toMatchObject({ id: first.id });
  });
});

describe('a request that was refused', () => {
  it('is not remembered: it may be mended and sent with the same key', async () => {
    expect((await submit('mend', { ...body, agent: 'suport' })).status).toBe(404);
    expect((await submit('mend')).status).toBe(202);
  });
});

describe('what is kept', () => {
  it('is sealed under the run’s key, and gone when that is destroyed', async () => {
    const { id } = await bodyOf<Run>(await submit('sealed', { ...body, input: 'my card is 4111' }));
    const { rows } = await api.owner.query("SELECT response FROM idempotency_key WHERE key = 'sealed'");
    expect(rows[0].response).not.toContain('4111');
    expect(rows[0].response).not.toContain(Buffer.from('4111').toString('base64').slice(0, 5));
    await api.owner.query('DELETE FROM data_key WHERE stream = $1', [id]);
    expect(await refusalOf(await submit('sealed', { ...body, input: 'my card is 4111' }))).toEqual([
      410,
      'key_destroyed',
    ]);
  });
});

describe('every POST takes an Idempotency-Key', () => {
  it('a cancel is filed once', async () => {
    const { id } = await bodyOf<Run>(await submit('to-cancel'));
    const cancel = () =>
      api.send(key, 'POST', `/v1/runs/${id}/cancel`, undefined, { 'idempotency-key': 'cancel-it' });
    expect((await cancel()).headers.has('idempotency-replayed')).toBe(false);
    expect((await cancel()).headers.get('idempotency-replayed')).toBe('true');
    const { rows } = await api.owner.query('SELECT inbox FROM run WHERE id = $1', [id]);
    expect(rows[0].inbox).toBe(1);
  });

  it.each(['', ' ', 'a b', 'ü', 'x'.repeat(256)])('that is sound: not %j', async (unsound) => {
    const response = await api.app.request('/v1/runs', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': unsound,
      },
      body: JSON.stringify(body),
    });
    expect(await refusalOf(response)).toEqual([400, 'invalid_request']);
  });
});
