import { afterEach, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const use = {
  ...{ agent: 'support', cache: 'exact', asked: 200, hits: 50, hitRate: 0.25 },
  ...{ savedTokens: 120_000, savedUsd: 1.2 },
};
const semantic = {
  ...{
    agent: 'support',
    state: 'off',
    declaredThreshold: 0.9,
    threshold: null,
    margin: null,
    maxWrong: 0.01,
  },
  ...{ judged: 40, wrong: 4, wrongShare: { low: 0.047, high: 0.198 } },
};

async function run(report: object, ...words: string[]) {
  api = await startFakeApi({
    'GET /v1/cache': report,
    'POST /v1/cache/invalidations': { cleared: 7 },
    'POST /v1/cache/judgements': (_, response) => response.writeHead(204).end(),
  });
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(['cache', ...words], terminal);
  return { code, out: terminal.written(), complaint: terminal.complained(), asked: api.requests[0] };
}
const nothing = { uses: [], semantic: [], entries: { exact: 0, semantic: 0, tool: 0 } };

it('shows hits, savings and what was wrong', async () => {
  const { out } = await run({ ...nothing, uses: [use], semantic: [semantic] });
  expect(out).toMatch(/support +exact +200 +50 +25\.0 % +120,000 +\$1\.20/);
  expect(out).toMatch(/support +off: too many hits were wrong +- +- +40 +4 +4\.7 % to 19\.8 % +1\.0 %/);
});

it('says so when no cache was asked', async () => {
  expect((await run(nothing, 'show')).out).toBe('No cache was asked in the last 30 days.\n');
});

it('clears by tags and by agent', async () => {
  const { out, asked } = await run(nothing, 'clear', '--tag', 'account', 'invoice', '--agent', 'support');
  expect(asked?.body).toEqual({ tags: ['account', 'invoice'], agent: 'support' });
  expect(out).toBe('7 entries are cleared.\n');
});

it('clears nothing when it is not told what', async () => {
  const { code, complaint } = await run(nothing, 'clear');
  expect(code).toBe(2);
  expect(complaint).toContain('--tag');
});

it('marks a hit as wrong or right, and not as both', async () => {
  const { out, asked } = await run(nothing, 'mark', 'run-1', 'main/model/1', '--wrong');
  expect(asked?.body).toEqual({ run: 'run-1', key: 'main/model/1', wrong: true });
  expect(out).toBe('It counts as wrong.\n');
  await api?.stop();
  expect((await run(nothing, 'mark', 'run-1', 'main/model/1', '--wrong', '--right')).code).toBe(2);
});
