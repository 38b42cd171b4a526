import { afterEach, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

async function list(...providers: object[]) {
  api = await startFakeApi({ 'GET /v1/providers': { providers } });
  const terminal = fakeTerminal({ environment: api.environment });
  expect(await runCommandLine(['providers'], terminal)).toBe(0);
  return terminal.written();
}

it('lists what is down, since when, and when it is tried again', async () => {
  const since = '2026-03-01T12:00:00.000Z';
  const written = await list(
    {
      name: 'openai/gpt-5-mini',
      state: 'open',
      since,
      until: '2026-03-01T12:00:05.000Z',
      lastError: 'provider_unavailable',
    },
    { name: 'mistral', state: 'half-open', since, until: null, lastError: 'provider_unavailable' },
  );
  expect(written).toMatch(
    /openai\/gpt-5-mini +open +2026-03-01T12:00:00\S+ +2026-03-01T12:00:05\S+ +provider_unavailable/,
  );
  expect(written).toMatch(/mistral +half-open +\S+ +now +/);
});

it('says that there is nothing to tell', async () => {
  expect(await list()).toBe('No provider has been down.\n');
});
