import { afterEach, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const budget = {
  agent: 'support',
  period: 'day',
  unit: 'usd',
  amount: 20,
  spent: 4.5,
  held: 0.25,
  left: 15.25,
  whenSpent: 'fail',
  renewsAt: '2026-03-02T00:00:00.000Z',
  setBy: 'key-1',
  setAt: '2026-03-01T12:00:00.000Z',
};
const sums = { runs: 2, modelCalls: 5, toolCalls: 3, inputTokens: 4_000, outputTokens: 300, usd: 0.5 };
const usage = {
  from: '2026-03-01',
  to: '2026-04-01',
  by: 'model',
  total: sums,
  usage: [{ name: 'openai/gpt-5-mini', ...sums }],
  credit: { usd: 500, spent: 0.5, held: 0, left: 499.5, renewsAt: '2026-04-01T00:00:00.000Z' },
};

const run = (...words: string[]) => runWith({}, ...words);

async function runWith(shown: Record<string, unknown>, ...words: string[]) {
  api = await startFakeApi({
    'GET /v1/budgets': { budgets: [{ ...budget, agent: null, period: 'month', amount: 500 }, budget] },
    'PUT /v1/budgets': { ...budget, ...shown },
    'DELETE /v1/budgets': (_, response) => response.writeHead(204).end(),
    'GET /v1/usage': { ...usage, ...shown },
  });
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(words, terminal);
  return { code, out: terminal.written(), complaint: terminal.complained(), asked: api.requests[0] };
}

it('lists budgets and what is left of them', async () => {
  const { out } = await run('budgets', 'list');
  expect(out).toMatch(/\(all\) +month +\$500\.00 +\$4\.50 +\$0\.25 +\$15\.25 /);
  expect(out).toMatch(/support +day +\$20\.00 /);
});

it('sets a budget: dollars a month of all agents together, unless it is told otherwise', async () => {
  const all = await run('budgets', 'set', '500');
  expect(all.asked?.body).toEqual({ period: 'month', unit: 'usd', amount: 500, whenSpent: 'fail' });
  await api?.stop();
  const one = await run('budgets', 'set', '20', '--agent', 'support', '--period', 'day', '--wait');
  expect(one.asked?.body).toEqual({
    agent: 'support',
    period: 'day',
    unit: 'usd',
    amount: 20,
    whenSpent: 'wait',
  });
  expect(one.out).toContain('support may spend $20.00 a day; $15.25 are left until 2026-03-02');
});

it.each([
  [['set', 'much'], '"much" is no amount'],
  [['set', '5', '--period', 'week'], 'one of hour, day, month'],
  [['clear', '--unit', 'euros'], 'one of usd, tokens'],
])('refuses %j, and asks nobody', async (words, complaint) => {
  const refused = await run('budgets', ...words);
  expect(refused.code).toBe(2);
  expect(refused.complaint).toContain(complaint);
  expect(refused.asked).toBeUndefined();
});

it('clears a budget', async () => {
  const { out, asked } = await run('budgets', 'clear', '--agent', 'support', '--period', 'day', '--json');
  expect(asked?.path).toContain('/v1/budgets');
  expect(JSON.parse(out)).toEqual({ agent: 'support', key: null, period: 'day', unit: 'usd', cleared: true });
});

it('shows what a month cost, and what is left of its credit', async () => {
  const { out } = await run('usage', '--month', '2026-03', '--by', 'model');
  expect(out).toMatch(/openai\/gpt-5-mini +2 +5 +3 +4000 +300 +\$0\.50/);
  expect(out).toMatch(/total +2/);
  expect(out).toContain("Of this month's $500.00, $0.50 are spent and $499.50 left");
});

it.each([
  ['before', '2026-02-01', '2026-03-01', false],
  ['after', '2026-04-01', '2026-05-01', false],
  ['that reach into it', '2026-02-20', '2026-03-02', true],
])('tells of this month’s credit beside days of its own: days %s', async (_, from, to, tells) => {
  const { out } = await runWith({ from, to }, 'usage', '--from', from, '--to', to);
  expect(out.includes("this month's")).toBe(tells);
});

it('says an hour, and a day', async () => {
  const hour = await runWith({ period: 'hour' }, 'budgets', 'set', '20', '--period', 'hour');
  expect(hour.out).toContain('an hour;');
  await api?.stop();
  const cleared = await run('budgets', 'clear', '--period', 'hour');
  expect(cleared.out).toContain('may spend an hour');
  await api?.stop();
  expect((await run('budgets', 'set', '20', '--period', 'day')).out).toContain('a day;');
});

it.each(['2026-13', '0026-11', '2026-1'])('refuses the month %s, which is none', async (month) => {
  const { code, complaint } = await run('usage', '--month', month);
  expect(code).toBe(2);
  expect(complaint).toContain('--month 2026-11');
});
