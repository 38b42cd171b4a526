import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

let api: TestApi;
let key: string;
beforeAll(async () => {
  api = await openTestApi();
  key = await api.keyFor('acme', 'admin');
});
afterAll(() => api.drop());

describe('control characters', () => {
  it.each([
    ['GET', '/v1/schedules/%00'],
    ['PATCH', '/v1/schedules/%00', { paused: true }],
    ['DELETE', '/v1/schedules/a%00b'],
    ['POST', '/v1/schedules/%00/trigger'],
    ['GET', '/v1/schedules?cursor=%00'],
    ['GET', '/v1/runs?cursor=%00'],
    ['GET', '/v1/reviews?cursor=%00'],
    ['GET', '/v1/runs/%00'],
    ['GET', '/v1/runs/%00/journal'],
    ['GET', '/v1/runs/%00/events'],
    ['POST', '/v1/runs/%00/cancel'],
    ['GET', '/v1/reviews/%00'],
    ['DELETE', '/v1/limits/%00'],
    ['DELETE', '/v1/limits/%00%FF'],
    ['DELETE', '/v1/holds/%00'],
    ['DELETE', '/v1/kill-switches/%00'],
    ['DELETE', '/v1/limits/%1B%7F'],
    ['DELETE', '/v1/limits/%c2%85'],
  ])('in the address are refused: %s %s', async (method, path, body?: object) => {
    const response = await api.send(key, method, path, body);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = await bodyOf<{ detail: string; retryable: boolean }>(response);
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', retryable: false });
    expect(problem.detail).toContain(`${path.includes('?') ? 'query' : 'path'}: has control characters.`);
  });

  it.each([
    ['POST', '/v1/schedules', { name: 'a\0', agent: 'a', input: 1, cron: '0 9 * * *' }],
    ['POST', '/v1/schedules', { name: 'a', agent: 'a\0', input: 1, cron: '0 9 * * *' }],
    ['POST', '/v1/schedules', { name: 'a', agent: 'a', input: 1, cron: '0 9 * * *\0' }],
    ['POST', '/v1/schedules', { name: 'a', agent: 'a', input: 1, cron: '0 9 * * *', timezone: 'UTC\0' }],
    ['POST', '/v1/schedules', { name: 'a', agent: 'a', input: 1, cron: '0 9 * * *', subject: '\0' }],
    ['PUT', '/v1/limits', { agent: 'a\0', running: 1 }],
    ['POST', '/v1/holds', { target: 'subject:\0', reason: 'x' }],
    ['POST', '/v1/holds', { target: '*', reason: 'x\0' }],
    ['PUT', '/v1/kill-switches', { target: 'tool:\0', reason: 'x' }],
    ['POST', '/v1/reviews/none/decision', { decision: 'approved\0' }],
    ['POST', '/v1/runs', { agent: 'a\0', input: 1 }],
  ])('in a name of the body are refused: %s %s %j', async (method, path, body) => {
    expect(await refusalOf(await api.send(key, method, path, body))).toEqual([400, 'invalid_request']);
  });

  it('are not what an address has that only looks like them', async () => {
    expect((await api.send(key, 'GET', '/v1/schedules/%2500')).status).toBe(404);
    expect((await api.send(key, 'GET', '/v1/schedules/%C3%A9%20')).status).toBe(404);
  });

  it('are told to nobody without a key', async () => {
    expect(await refusalOf(await api.app.request('/v1/schedules/%00'))).toEqual([401, 'unauthorized']);
  });
});
