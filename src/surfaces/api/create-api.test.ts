import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../foundation/store/index.ts';
import { createApi } from './create-api.ts';
import { deploySupport, openTestApi, type TestApi } from './testing/open-test-api.ts';
import { bodyOf, refusalOf } from './testing/read-body.ts';

let api: TestApi;
let key: string;
beforeAll(async () => {
  api = await openTestApi();
  key = await api.keyFor('acme', 'admin');
});
afterAll(() => api.drop());

describe('every answer', () => {
  it('names its request, with the caller’s own id where it gave a sound one', async () => {
    const made = await api.app.request('/healthz');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const given = await api.app.request('/healthz', { headers: { 'x-request-id': 'trace-7' } });
    expect(given.headers.get('x-request-id')).toBe('trace-7');
    const unsound = await api.app.request('/healthz', { headers: { 'x-request-id': 'x'.repeat(129) } });
    expect(unsound.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('may be neither kept, framed, sniffed nor read by other origins', async () => {
    const { headers } = await api.send(key, 'GET', '/v1/runs', undefined, { origin: 'https://evil.example' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('a problem', () => {
  it('is RFC 9457, with a stable code and what to do next', async () => {
    const response = await api.send(key, 'GET', '/v1/runs/nonsense', undefined, { 'x-request-id': 'r-1' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.json()).toEqual({
      type: 'urn:bulkhead:problem:unknown_run',
      title: 'Unknown run',
      status: 404,
      code: 'unknown_run',
      detail: 'There is no run nonsense. List runs with `bulkhead runs` or GET /v1/runs.',
      instance: 'urn:bulkhead:request:r-1',
      retryable: false,
    });
  });

  it('lists every field that is wrong', async () => {
    const response = await api.send(key, 'POST', '/v1/runs', {
      agent: '',
      lane: 'fast',
      budget: { euros: 1 },
    });
    expect(response.status).toBe(400);
    const problem = await bodyOf<{ code: string; detail: string; errors: { field: string }[] }>(response);
    expect(problem.code).toBe('invalid_request');
    expect(problem.errors.map(({ field }) => field)).toEqual(['agent', 'input', 'lane', 'budget.euros']);
    expect(problem.detail).toContain('budget.euros: there is no such field');
  });

  it('of an error that nobody expected says nothing of it, and the log says all', async () => {
    const broken = createApi({
      ...api.parts,
      readiness: () => Promise.reject(new Error('secret detail of the inside')),
    });
    const response = await broken.app.request('/readyz', { headers: { 'x-request-id': 'r-2' } });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', retryable: true });
    expect(text).not.toMatch(/secret|at .*\.ts/);
    expect(api.logged.at(-1)).toMatchObject({
      fields: { requestId: 'r-2', path: '/readyz', err: { message: 'secret detail of the inside' } },
    });
    await broken.close();
  });

  it('of a database that is away may be tried again', async () => {
    const store = openStore({ url: 'postgres://postgres@127.0.0.1:1/none', role: 'bulkhead_api' });
    const away = createApi({ ...api.parts, store });
    const response = await away.app.request('/v1/runs', { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'database_unreachable', retryable: true });
    await away.close();
    await store.close();
  });
});

describe('a request without a route', () => {
  it('is told whether the path or the method is wrong', async () => {
    expect(await refusalOf(await api.send(key, 'GET', '/v1/nothing'))).toEqual([404, 'unknown_route']);
    expect(await refusalOf(await api.app.request('/nothing'))).toEqual([404, 'unknown_route']);
    const wrong = await api.send(key, 'DELETE', '/v1/runs');
    expect(wrong.headers.get('allow')).toBe('GET, POST');
    expect(await refusalOf(wrong)).toEqual([405, 'method_not_allowed']);
    expect(await refusalOf(await api.send(key, 'PATCH', '/v1/kill-switches'))).toEqual([
      405,
      'method_not_allowed',
    ]);
  });
});

describe('a request without a key', () => {
  it('is refused wherever there is something to read or to do', async () => {
    for (const path of ['/v1/runs', '/v1/reviews', '/v1/agents', '/v1/kill-switches', '/v1/nothing']) {
      const response = await api.app.request(path);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await refusalOf(response)).toEqual([401, 'unauthorized']);
    }
    const post = await api.app.request('/v1/runs', { method: 'POST', body: '{' });
    expect(await refusalOf(post)).toEqual([401, 'unauthorized']);
  });

  it('is answered for health, readiness and the description', async () => {
    expect(await (await api.app.request('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await api.app.request('/readyz')).status).toBe(200);
    expect((await api.app.request('/openapi.json')).status).toBe(200);
  });
});

describe('readiness', () => {
  it('says what is missing, and warns of what is open', async () => {
    const unready = createApi({
      ...api.parts,
      readiness: async () => ({
        ready: false,
        checks: { database: { ok: true }, worker: { ok: false, detail: 'No worker holds a lease.' } },
        warnings: ['Author code can open network connections of its own.'],
      }),
    });
    const response = await unready.app.request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ready: false, checks: { worker: { ok: false } } });
    await unready.close();
  });
});

describe('a process that has just started', () => {
  it('answers a crowd with two connections, without one request waiting for another for ever', async () => {
    await deploySupport(api, key);
    const submitted = await api.send(key, 'POST', '/v1/runs', { agent: 'support', input: 'hi' });
    const { id } = await bodyOf<{ id: string }>(submitted);
    const store = openStore({ url: api.parts.databaseUrl, role: 'bulkhead_api', connections: 2 });
    const cold = createApi({ ...api.parts, store, keys: api.freshKeys(store) });
    const requests: [string, string, unknown?][] = [
      ['POST', '/v1/runs', { agent: 'support', input: 'hi' }],
      ['POST', `/v1/runs/${id}/cancel`],
      ['GET', '/v1/runs'],
      ['GET', `/v1/runs/${id}`],
      ['GET', `/v1/runs/${id}/journal`],
      ['GET', '/v1/reviews'],
      ['PUT', '/v1/kill-switches', { target: 'tool:x', reason: 'test' }],
    ];
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, round) =>
        requests.map(([method, path, body]) =>
          cold.app.request(path, {
            method,
            headers: {
              authorization: `Bearer ${key}`,
              'idempotency-key': `${method}-${path}-${round}`,
              ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          }),
        ),
      ).flat(),
    );
    expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
    await cold.close();
    await store.close();
  });
});

describe('the description', () => {
  type Document = {
    paths: Record<string, Record<string, { operationId: string; summary: string; responses: object }>>;
    components: { schemas: Record<string, object>; securitySchemes: object };
  };

  it('has every route, each with a name and its problems', async () => {
    const { paths } = await bodyOf<Document>(await api.app.request('/openapi.json'));
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, ...operation })),
    );
    expect(operations.map(({ route }) => route).sort()).toEqual(
      [
        'delete /v1/budgets',
        'delete /v1/holds/{id}',
        'delete /v1/kill-switches/{id}',
        'delete /v1/limits',
        'delete /v1/limits/{agent}',
        'delete /v1/schedules/{schedule}',
        'get /healthz',
        'get /readyz',
        'get /v1/agents',
        'get /v1/budgets',
        'get /v1/cache',
        'get /v1/holds',
        'get /v1/kill-switches',
        'get /v1/limits',
        'get /v1/models',
        'get /v1/models/{model}',
        'get /v1/providers',
        'get /v1/responses/{response_id}',
        'get /v1/reviews',
        'get /v1/reviews/{id}',
        'get /v1/routes/{agent}',
        'get /v1/runs',
        'get /v1/runs/{id}',
        'get /v1/runs/{id}/events',
        'get /v1/runs/{id}/journal',
        'get /v1/schedules',
        'get /v1/schedules/{schedule}',
        'get /v1/usage',
        'get /v1/webhook-secret',
        'patch /v1/schedules/{schedule}',
        'post /v1/bundles',
        'post /v1/cache/invalidations',
        'post /v1/cache/judgements',
        'post /v1/chat/completions',
        'post /v1/holds',
        'post /v1/responses',
        'post /v1/responses/{response_id}/cancel',
        'post /v1/reviews/{id}/decision',
        'post /v1/routes/{agent}/train',
        'post /v1/runs',
        'post /v1/runs/{id}/cancel',
        'post /v1/schedules',
        'post /v1/schedules/{schedule}/trigger',
        'put /v1/budgets',
        'put /v1/kill-switches',
        'put /v1/limits',
      ].sort(),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { route, responses } of operations) {
      if (route.includes('/v1/')) expect(responses).toHaveProperty('default');
    }
  });

  it('names its components, for clients that are generated', async () => {
    const { components } = await bodyOf<Document>(await api.app.request('/openapi.json'));
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining([
        'Agent',
        'Budget',
        'Bundle',
        'Entry',
        'KillSwitch',
        'Problem',
        'Review',
        'Run',
        'RunSubmission',
      ]),
    );
    expect(components.securitySchemes).toHaveProperty('apiKey');
  });
});
