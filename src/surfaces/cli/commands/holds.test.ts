import { afterEach, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const hold = {
  id: 'h1',
  scope: 'subject',
  target: 'subject:ann',
  reason: 'Case 7',
  setBy: 'key-1',
  setAt: '2026-03-01T12:00:00.000Z',
  releasedBy: null,
  releasedAt: null,
};

async function run(holds: object[], ...words: string[]) {
  api = await startFakeApi({
    'GET /v1/holds': { holds },
    'POST /v1/holds': hold,
    'DELETE /v1/holds/h1': (_, response) => response.writeHead(204).end(),
  });
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(['hold', ...words], terminal);
  return { code, out: terminal.written(), asked: api.requests[0] };
}

it('lists what is held, and why', async () => {
  expect((await run([], 'list')).out).toBe('Nothing is held.\n');
  await api?.stop();
  expect((await run([hold], 'list')).out).toMatch(
    /h1 {2}subject:ann {2}2026-03-01T12:00:00.000Z {2}key-1 .*Case 7/,
  );
});

it('holds something, and says how to release it', async () => {
  const { code, out, asked } = await run([], 'set', 'subject:ann', '--reason', 'Case 7');
  expect(code).toBe(0);
  expect(asked?.body).toEqual({ target: 'subject:ann', reason: 'Case 7' });
  expect(out).toContain('bulkhead hold release h1');
});

it('releases a hold', async () => {
  const { code, out } = await run([], 'release', 'h1', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ id: 'h1', released: true });
});
