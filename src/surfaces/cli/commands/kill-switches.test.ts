import { afterEach, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const set = {
  id: 'k1',
  target: 'tool:credit',
  reason: 'Wrong amounts',
  setBy: 'ann',
  setAt: '2026-03-01T12:00:00.000Z',
};

async function run(killSwitches: object[], ...words: string[]) {
  api = await startFakeApi({
    'GET /v1/kill-switches': { killSwitches },
    'PUT /v1/kill-switches': set,
    'DELETE /v1/kill-switches/k1': (_, response) => response.writeHead(204).end(),
  });
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(['kill', ...words], terminal);
  return { code, out: terminal.written(), asked: api.requests[0] };
}

it('lists what is off, and why', async () => {
  expect((await run([], 'list')).out).toBe('Nothing is switched off.\n');
  await api?.stop();
  const { out } = await run([set], 'list');
  expect(out).toContain('k1  tool:credit  2026-03-01T12:00:00.000Z  ann  Wrong amounts');
});

it('switches something off, and says how to switch it on', async () => {
  const { code, out, asked } = await run([], 'set', 'tool:credit', '--reason', 'Wrong amounts');
  expect(code).toBe(0);
  expect(asked?.body).toEqual({ target: 'tool:credit', reason: 'Wrong amounts' });
  expect(out).toContain('bulkhead kill clear k1');
});

it('switches something on again', async () => {
  const { code, out } = await run([], 'clear', 'k1', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ id: 'k1', cleared: true });
});
