import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../../contract/principal.ts';
import { openTestApi, type TestApi } from '../testing/open-test-api.ts';

let api: TestApi;
const keys = new Map<Role, string>();
beforeAll(async () => {
  api = await openTestApi();
  for (const role of ROLES) keys.set(role, await api.keyFor('acme', role));
});
afterAll(() => api.drop());

const run = '/v1/runs/01990000-0000-7000-8000-000000000000';
const review = '/v1/reviews/01990000-0000-4000-8000-000000000000';
const response = '/v1/responses/resp_01990000-0000-7000-8000-000000000000';
const everybody = [...ROLES];

describe('a route lets pass', () => {
  it.each<[string, string, unknown, Role[]]>([
    ['POST', '/v1/runs', { agent: 'support', input: 'hi' }, ['admin', 'operator', 'developer']],
    ['GET', '/v1/runs', undefined, everybody],
    ['GET', run, undefined, everybody],
    ['GET', `${run}/events`, undefined, everybody],
    ['GET', `${run}/journal`, undefined, everybody],
    ['POST', `${run}/cancel`, undefined, ['admin', 'operator', 'developer']],
    ['GET', '/v1/reviews', undefined, ['admin', 'operator', 'reviewer', 'auditor']],
    ['GET', review, undefined, ['admin', 'operator', 'reviewer', 'auditor']],
    ['POST', `${review}/decision`, { decision: 'approved' }, ['admin', 'reviewer']],
    ['GET', '/v1/agents', undefined, everybody],
    ['POST', '/v1/bundles', undefined, ['admin', 'developer']],
    ['GET', '/v1/kill-switches', undefined, everybody],
    ['PUT', '/v1/kill-switches', { target: '*', reason: 'test' }, ['admin', 'operator']],
    ['DELETE', '/v1/kill-switches/01990000-0000-4000-8000-000000000000', undefined, ['admin', 'operator']],
    ['GET', '/v1/providers', undefined, everybody],
    ['GET', '/v1/routes/support', undefined, everybody],
    ['POST', '/v1/routes/support/train', {}, ['admin', 'operator', 'developer']],
    ['GET', '/v1/limits', undefined, everybody],
    ['PUT', '/v1/limits', { running: 3 }, ['admin', 'operator']],
    ['DELETE', '/v1/limits', undefined, ['admin', 'operator']],
    ['DELETE', '/v1/limits/support', undefined, ['admin', 'operator']],
    ['GET', '/v1/budgets', undefined, everybody],
    ['PUT', '/v1/budgets', { period: 'day', unit: 'usd', amount: 1 }, ['admin', 'operator']],
    ['DELETE', '/v1/budgets?period=day&unit=usd', undefined, ['admin', 'operator']],
    ['GET', '/v1/usage', undefined, ['admin', 'operator', 'developer', 'auditor']],
    ['GET', '/v1/cache', undefined, everybody],
    ['POST', '/v1/cache/invalidations', { tags: ['a'] }, ['admin', 'operator', 'developer']],
    [
      'POST',
      '/v1/cache/judgements',
      { run: run.slice('/v1/runs/'.length), key: 'main/model/1', wrong: true },
      ['admin', 'reviewer'],
    ],
    ['GET', '/v1/holds', undefined, everybody],
    ['POST', '/v1/holds', { target: 'subject:ann', reason: 'test' }, ['admin', 'operator']],
    ['DELETE', '/v1/holds/01990000-0000-4000-8000-000000000000', undefined, ['admin', 'operator']],
    ['GET', '/v1/webhook-secret', undefined, ['admin', 'developer']],
    ['GET', '/v1/models', undefined, everybody],
    [
      'POST',
      '/v1/chat/completions',
      { model: 'nonsense/one', messages: [{ role: 'user', content: 'hi' }] },
      ['admin', 'operator', 'developer'],
    ],
    ['POST', '/v1/responses', { model: 'nonsense/one', input: 'hi' }, ['admin', 'operator', 'developer']],
    ['GET', response, undefined, everybody],
    ['POST', `${response}/cancel`, undefined, ['admin', 'operator', 'developer']],
  ])('%s %s', async (method, path, body, allowed) => {
    const passed: Role[] = [];
    for (const [role, key] of keys) {
      const { status } = await api.send(key, method, path, body);
      if (status !== 403) passed.push(role);
    }
    expect(passed).toEqual(allowed);
  });
});
