import { afterEach, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const limit = {
  agent: 'support',
  running: 2,
  underWay: 1,
  setBy: 'key-1',
  setAt: '2026-03-01T12:00:00.000Z',
};

async function run(limits: object[], ...words: string[]) {
  api = await startFakeApi({
    'GET /v1/limits': { limits },
    'PUT /v1/limits': limit,
    'DELETE /v1/limits': (_, response) => response.writeHead(204).end(),
    'DELETE /v1/limits/support': (_, response) => response.writeHead(204).end(),
  });
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(['limits', ...words], terminal);
  return { code, out: terminal.written(), complaint: terminal.complained(), asked: api.requests[0] };
}

it('lists limits and how many runs are under way', async () => {
  expect((await run([], 'list')).out).toBe('Nothing is limited.\n');
  await api?.stop();
  const { out } = await run([{ ...limit, agent: null, running: 20, underWay: 7 }, limit], 'list');
  expect(out).toContain('(all)    20     7          2026-03-01T12:00:00.000Z  key-1');
  expect(out).toContain('support  2      1          2026-03-01T12:00:00.000Z  key-1');
});

it('limits an agent', async () => {
  const { code, out, asked } = await run([], 'set', '2', '--agent', 'support');
  expect(code).toBe(0);
  expect(asked?.body).toEqual({ agent: 'support', running: 2 });
  expect(out).toBe('At most 2 runs of support are under way at once; now 1. None of them is stopped.\n');
});

it('limits all agents together', async () => {
  const { out, asked } = await run([], 'set', '20', '--json');
  expect(asked?.body).toEqual({ running: 20 });
  expect(JSON.parse(out)).toEqual(limit);
});

it('refuses what is no number, and asks nobody', async () => {
  const { code, complaint, asked } = await run([], 'set', 'few');
  expect(code).toBe(2);
  expect(complaint).toContain('"few" is no number of runs');
  expect(asked).toBeUndefined();
});

it('clears the limit of an agent, or of all together', async () => {
  const one = await run([], 'clear', '--agent', 'support', '--json');
  expect(JSON.parse(one.out)).toEqual({ agent: 'support', cleared: true });
  expect(one.asked?.path).toBe('/v1/limits/support');
  await api?.stop();
  const all = await run([], 'clear');
  expect(all.out).toBe('The limit of all agents together is cleared.\n');
  expect(all.asked?.path).toBe('/v1/limits');
});
