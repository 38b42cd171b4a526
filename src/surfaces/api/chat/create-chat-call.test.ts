import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRun, type NamedRun } from '../../../foundation/queue/index.ts';
import { openTestApi, type TestApi } from '../testing/open-test-api.ts';

let api: TestApi;
let key: string;
let isNear = true;
/** A worker of this process that has a run, and says nothing. */
const begin = async (run: NamedRun) => {
  if (isNear) await createRun(api.worker.store.pool, api.worker.keys, run);
  return isNear;
};
beforeAll(async () => {
  api = await openTestApi({ begin });
  key = await api.keyFor('acme', 'developer');
});
afterAll(() => api?.drop());

const chat = (signal: AbortSignal) =>
  api.app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'local', messages: [{ role: 'user', content: 'Up?' }] }),
    signal,
  });
/** Runs, and how many of them have a message in their inbox: that they are cancelled. */
async function standing(): Promise<unknown[]> {
  const { rows } = await api.owner.query('SELECT count(*)::int, sum(inbox)::int AS told FROM run');
  return [rows[0].count, rows[0].told ?? 0];
}

describe('a chat that ends before its run', () => {
  it.each([
    ['here', true],
    ['elsewhere', false],
  ])('because its client has gone is cancelled by the time that the API has settled: %s', async (_, near) => {
    isNear = near;
    await api.owner.query('TRUNCATE run CASCADE');
    const leaving = new AbortController();
    const answering = chat(leaving.signal);
    await expect.poll(standing).toEqual([1, 0]);
    leaving.abort();
    await api.settled();
    expect(await standing()).toEqual([1, 1]);
    await answering;
  });

  it('because the server shuts down is cancelled: its client asks again, and would pay twice', async () => {
    isNear = false;
    await api.owner.query('TRUNCATE run CASCADE');
    const answering = chat(new AbortController().signal);
    await expect.poll(standing).toEqual([1, 0]);
    await api.close();
    const answer = await answering;
    expect([answer.status, await answer.json()]).toMatchObject([503, { error: { code: 'shutting_down' } }]);
    expect(await standing()).toEqual([1, 1]);
  });
});
