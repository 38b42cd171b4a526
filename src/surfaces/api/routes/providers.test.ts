import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { bodyOf } from '../testing/read-body.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.drop());

it('GET /v1/providers shows what is down, what is being tried, and what answers again', async () => {
  const key = await api.keyFor('acme', 'operator');
  const list = async () =>
    (await bodyOf<{ providers: object[] }>(await api.send(key, 'GET', '/v1/providers'))).providers;
  expect(await list()).toEqual([]);
  await api.owner.query(`INSERT INTO provider_health (name, opened_at, closed_at, probe_at, probe, last_error) VALUES
    ('anthropic', '2026-03-01T12:00:00Z', '2026-03-01T12:01:00Z', now(), NULL, 'provider_unavailable'),
    ('openai/gpt-5-mini', '2026-03-01T12:00:00Z', NULL, '2126-03-01T12:00:05Z', NULL, 'provider_unavailable'),
    ('mistral', '2026-03-01T12:00:00Z', NULL, now() + interval '1 minute', gen_random_uuid(), 'provider_stream_cut')`);
  const since = '2026-03-01T12:00:00.000Z';
  expect(await list()).toEqual([
    { name: 'mistral', state: 'half-open', since, until: null, lastError: 'provider_stream_cut' },
    {
      name: 'openai/gpt-5-mini',
      state: 'open',
      since,
      until: '2126-03-01T12:00:05.000Z',
      lastError: 'provider_unavailable',
    },
    {
      name: 'anthropic',
      state: 'closed',
      since: '2026-03-01T12:01:00.000Z',
      until: null,
      lastError: 'provider_unavailable',
    },
  ]);
});
