import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeFrame, readFrom } from '../../../foundation/journal/index.ts';
import { warnOfBudget } from '../../../pillars/budget/spend/index.ts';
import { tenantStream } from '../../../pillars/identity/index.ts';
import type { TenantBudget } from '../schemas/budget.ts';
import type { Usage } from '../schemas/usage.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

let api: TestApi;
let operator: string;
let other: string;
beforeAll(async () => {
  api = await openTestApi();
  operator = await api.keyFor('acme', 'operator');
  other = await api.keyFor('globex', 'operator');
  await deploySupport(api, await api.keyFor('acme', 'admin'));
});
afterAll(() => api?.drop());
beforeEach(() => api.owner.query('DELETE FROM spend_limit; DELETE FROM spend_period'));

const set = (body: unknown, key = operator) => api.send(key, 'PUT', '/v1/budgets', body);
const list = async (key = operator) =>
  (await bodyOf<{ budgets: TenantBudget[] }>(await api.send(key, 'GET', '/v1/budgets'))).budgets;

/** What the tenant's own journal says about budgets. */
async function recorded(): Promise<object[]> {
  const { rows } = await api.owner.query("SELECT stream FROM tenant WHERE id = 'acme'");
  const key = await api.parts.keys.dataKey('acme', rows[0].stream);
  const frames = await readFrom(api.owner, 'permanent', rows[0].stream, 0);
  return frames
    .flatMap((frame) => decodeFrame(frame, key))
    .map(({ meta: { at, ...meta } }) => meta)
    .filter(({ kind }) => kind.startsWith('budget.'));
}

describe('a budget', () => {
  it('is set, changed, listed and cleared, and each is recorded', async () => {
    const day = { agent: 'support', period: 'day', unit: 'usd', amount: 2.5 };
    const answer = await set(day);
    expect(answer.status).toBe(200);
    const budget = await bodyOf<TenantBudget>(answer);
    expect(budget).toEqual({
      ...day,
      key: null,
      spent: 0,
      held: 0,
      left: 2.5,
      whenSpent: 'fail',
      renewsAt: expect.stringMatching(/T00:00:00\.000Z$/),
      setBy: expect.any(String),
      setAt: expect.stringMatching(/Z$/),
    });
    expect(await bodyOf(await set(day))).toEqual(budget);
    await set({ ...day, whenSpent: 'wait' });
    await set({ period: 'month', unit: 'tokens', amount: 1_000_000 });
    expect(await list()).toMatchObject([
      { agent: null, period: 'month', unit: 'tokens', amount: 1_000_000 },
      { agent: 'support', period: 'day', unit: 'usd', amount: 2.5, whenSpent: 'wait' },
    ]);
    expect(await list(other)).toEqual([]);
    const clear = '/v1/budgets?agent=support&period=day&unit=usd';
    expect((await api.send(other, 'DELETE', clear)).status).toBe(404);
    expect((await api.send(operator, 'DELETE', clear)).status).toBe(204);
    expect(await refusalOf(await api.send(operator, 'DELETE', clear))).toEqual([404, 'unknown_budget']);
    expect(await recorded()).toMatchObject([
      { kind: 'budget.set', ...day, whenSpent: 'fail' },
      { kind: 'budget.set', ...day, whenSpent: 'wait' },
      { kind: 'budget.set', period: 'month', unit: 'tokens', amount: 1_000_000 },
      { kind: 'budget.cleared', agent: 'support', period: 'day', unit: 'usd' },
    ]);
  });

  it('may be of model calls that name no agent, and not of one that is not deployed', async () => {
    const month = { period: 'month', unit: 'usd', amount: 5 };
    expect((await set({ ...month, agent: 'direct' })).status).toBe(200);
    expect((await set({ ...month, agent: 'suport' })).status).toBe(404);
  });

  it('may be of an API key that is in force, and of nothing else beside it', async () => {
    const { rows } = await api.owner.query("SELECT id FROM api_key WHERE tenant = 'acme' LIMIT 1");
    const key = rows[0].id;
    const day = { key, period: 'day', unit: 'usd', amount: 5 };
    expect(await bodyOf(await set(day))).toMatchObject({ agent: null, key, amount: 5 });
    expect(await refusalOf(await set(day, other))).toEqual([404, 'unknown_key']);
    expect((await set({ ...day, agent: 'support' })).status).toBe(400);
    const clear = `/v1/budgets?key=${key}&period=day&unit=usd`;
    expect((await api.send(operator, 'DELETE', clear)).status).toBe(204);
    expect((await recorded()).at(-1)).toMatchObject({ kind: 'budget.cleared', key });
  });

  it('says what is spent, and what is set aside, to the billionth of a dollar', async () => {
    await set({ period: 'month', unit: 'usd', amount: 0.1 });
    await api.owner.query(
      `INSERT INTO spend_period (tenant, agent, period, unit, starts, ends, leased, spent)
       VALUES ('acme', '', 'month', 'nano_usd', date_trunc('month', now(), 'UTC'), now(), 30000001, 20000001)`,
    );
    expect(await list()).toMatchObject([{ spent: 0.020000001, held: 0.01, left: 0.069999999 }]);
  });

  it('is warned of in the tenant’s own journal', async () => {
    const { pool } = api.worker.store;
    const stream = await tenantStream(pool, api.worker.keys, 'acme');
    const key = { tenant: 'acme', agent: '', period: 'day' as const, unit: 'nano_usd' as const };
    const told = {
      warns: true,
      amount: 2_000_000_000,
      spent: 1_600_000_001,
      starts: 86_400_000,
      ends: 172_800_000,
    };
    await warnOfBudget(pool, { stream, limit: key, told, now: 90_000_000 });
    expect((await recorded()).at(-1)).toEqual({
      kind: 'budget.warned',
      ...{ period: 'day', unit: 'usd', amount: 2, spent: 1.600000001 },
      ...{ starts: 86_400_000, ends: 172_800_000 },
    });
  });

  it.each([
    { period: 'week', unit: 'usd', amount: 1 },
    { period: 'day', unit: 'euros', amount: 1 },
    { period: 'day', unit: 'usd', amount: -1 },
    { period: 'day', unit: 'usd', amount: 1_000_001 },
    { period: 'day', unit: 'usd', amount: 1e-10 },
    { period: 'day', unit: 'usd', amount: '5' },
    { period: 'day', unit: 'usd', amount: null },
    { period: 'day', unit: 'tokens', amount: 1e300 },
    { period: 'day', unit: 'tokens', amount: 0.5 },
    { period: 'day', unit: 'usd', amount: 1, agents: 'support' },
    { period: 'day', unit: 'usd', amount: 1, agent: 'suport' },
  ])('is refused when it is %j', async (body) => {
    const answer = await set(body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await list()).toEqual([]);
  });
});

describe('usage', () => {
  const show = (query: string, headers?: Record<string, string>) =>
    api.send(operator, 'GET', `/v1/usage${query}`, undefined, headers);

  beforeAll(() =>
    api.owner.query(
      `INSERT INTO run_usage (run, tenant, agent, day, model, model_calls, tool_calls, input_tokens, output_tokens, nano_usd)
       VALUES ('01990000-0000-7000-8000-000000000001', 'acme', 'support', '2026-03-01', 'local', 1, 0, 10, 5, 0),
         ('01990000-0000-7000-8000-000000000001', 'acme', 'support', '2026-03-01', '', 0, 2, 0, 0, 100000001),
         ('01990000-0000-7000-8000-000000000002', 'acme', '=clerk, "A"', '2026-03-02', 'openai/m', 3, 1, 100, 50, 200000002),
         ('01990000-0000-7000-8000-000000000003', 'acme', 'support', '2026-04-01', 'openai/m', 1, 0, 1, 1, 1),
         ('01990000-0000-7000-8000-000000000004', 'globex', 'support', '2026-03-01', 'openai/m', 9, 9, 9, 9, 9)`,
    ),
  );

  it('is summed by agent, model or day, of the days that are asked for', async () => {
    const march = '?from=2026-03-01&to=2026-04-01';
    const byModel = await bodyOf<Usage>(await show(`${march}&by=model`));
    expect(byModel).toMatchObject({ from: '2026-03-01', to: '2026-04-01', by: 'model', credit: null });
    expect(byModel.total).toEqual({
      ...{ runs: 2, modelCalls: 4, toolCalls: 3, inputTokens: 110, outputTokens: 55 },
      usd: 0.300000003,
    });
    expect(byModel.usage.map(({ name, usd }) => [name, usd])).toEqual([
      ['openai/m', 0.200000002],
      ['', 0.100000001],
      ['local', 0],
    ]);
    const byDay = await bodyOf<Usage>(await show(march));
    expect(byDay.usage.map(({ name, runs }) => [name, runs])).toEqual([
      ['2026-03-01', 1],
      ['2026-03-02', 1],
    ]);
  });

  it('is this month’s by default, with what is left of the month’s credit', async () => {
    await set({ period: 'month', unit: 'usd', amount: 500 });
    const usage = await bodyOf<Usage>(await show(''));
    expect(usage).toMatchObject({ usage: [], total: { runs: 0, usd: 0 } });
    expect(usage.from).toMatch(/-01$/);
    expect(usage.credit).toMatchObject({ usd: 500, spent: 0, held: 0, left: 500 });
  });

  it.each([
    ['&format=csv', undefined],
    ['', { accept: 'text/csv' }],
  ])('is CSV on demand: "%s" %j', async (format, headers) => {
    const answer = await show(`?from=2026-03-01&to=2026-04-01&by=agent${format}`, headers);
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(await answer.text()).toBe(
      [
        'agent,runs,modelCalls,toolCalls,inputTokens,outputTokens,usd',
        `"'=clerk, ""A""",1,3,1,100,50,0.200000002`,
        'support,1,1,2,10,5,0.100000001',
        '',
      ].join('\r\n'),
    );
  });

  it.each([
    '?from=2026-02-30',
    '?from=0000-01-01',
    '?by=tenant',
    '?from=2026-03-02&to=2026-03-02',
    '?month=3',
  ])('refuses %s', async (query) => {
    expect((await show(query)).status).toBe(400);
  });
});
