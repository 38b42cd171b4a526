import { afterEach, describe, expect, it } from 'vitest';
import { type FakeApi, sendProblem, startFakeApi } from '../testing/fake-api.ts';
import { sampleRun } from '../testing/samples.ts';
import { ApiClient } from './api-client.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

async function clientOf(routes: Parameters<typeof startFakeApi>[0], key: string | undefined = 'bh_key') {
  api = await startFakeApi(routes);
  return new ApiClient({ url: api.url, key, keyPlace: 'there is no /x/dev.key' });
}

describe('the client', () => {
  it('sends its key, and a new idempotency key with everything that changes something', async () => {
    const client = await clientOf({ 'POST /v1/runs': sampleRun() });
    await client.submitRun({ agent: 'support', input: 'Hi' });
    await client.submitRun({ agent: 'support', input: 'Hi' });
    const [one, other] = api?.requests ?? [];
    expect(one?.headers.authorization).toBe('Bearer bh_key');
    expect(one?.body).toEqual({ agent: 'support', input: 'Hi' });
    expect(one?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(one?.headers['idempotency-key']).not.toBe(other?.headers['idempotency-key']);
  });

  it('leaves out filters that were not given', async () => {
    const client = await clientOf({ 'GET /v1/runs': { runs: [], nextCursor: null } });
    await client.listRuns({ agent: 'a b', status: undefined });
    expect(api?.requests[0]?.path).toBe('/v1/runs?agent=a+b');
  });

  it('cannot be led to another path by an id', async () => {
    const client = await clientOf({});
    await expect(client.readRun('../reviews')).rejects.toMatchObject({ code: 'unknown_route' });
    expect(api?.requests[0]?.path).toBe('/v1/runs/..%2Freviews');
  });

  it('throws what the server says', async () => {
    const client = await clientOf({
      'GET /v1/agents': (_, response) =>
        sendProblem(response, 503, 'database_unreachable', 'The database is away.', { retryable: true }),
    });
    await expect(client.listAgents()).rejects.toMatchObject({
      code: 'database_unreachable',
      message: 'The database is away.',
      retryable: true,
      details: { status: 503, instance: 'urn:bulkhead:request:r1' },
    });
  });

  it('says where a key was looked for when there is none', async () => {
    const client = await clientOf({
      'GET /v1/agents': (request, response) => {
        expect(request.headers.authorization).toBeUndefined();
        sendProblem(response, 401, 'unauthorized', 'No.');
      },
    });
    const keyless = new ApiClient({ ...client.connection, key: undefined });
    await expect(keyless.listAgents()).rejects.toMatchObject({
      code: 'missing_api_key',
      message: expect.stringContaining('/x/dev.key'),
    });
  });

  it('says that nothing answers, and how to start it', async () => {
    const client = await clientOf({});
    await api?.stop();
    await expect(client.listAgents()).rejects.toMatchObject({
      code: 'server_unreachable',
      message: expect.stringContaining('start it with `bulkhead dev`'),
    });
  });

  it.each([
    [200, '<html>'],
    [502, 'Bad gateway'],
  ])('says that something else answers (%i)', async (status, body) => {
    const client = await clientOf({
      'GET /v1/agents': (_, response) => {
        response.statusCode = status;
        response.end(body);
      },
    });
    await expect(client.listAgents()).rejects.toMatchObject({ code: 'unexpected_answer' });
  });

  it('tells a new bundle from one that was there', async () => {
    let status = 201;
    const client = await clientOf({
      'POST /v1/bundles': (_, response) => {
        response.statusCode = status;
        response.end('{"version":"v","definitions":[]}');
      },
    });
    const code = Buffer.from('export {}');
    expect(await client.deployBundle(code)).toEqual({ version: 'v', definitions: [], created: true });
    status = 200;
    expect(await client.deployBundle(code)).toMatchObject({ created: false });
    expect(api?.requests[0]?.headers['content-type']).toBe('application/javascript');
  });
});
