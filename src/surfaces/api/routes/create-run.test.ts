import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_BUDGET } from '../../../contract/budget.ts';
import { decodeFrame, readFrom } from '../../../foundation/journal/index.ts';
import type { Run } from '../schemas/run.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { finishRun, takeRun } from '../testing/play-worker.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

let api: TestApi;
let key: string;
let version: string;
beforeAll(async () => {
  api = await openTestApi();
  key = await api.keyFor('acme', 'admin');
  version = await deploySupport(api, key);
});
afterAll(() => api.drop());

const submit = (body: unknown, headers?: Record<string, string>) =>
  api.send(key, 'POST', '/v1/runs', body, headers);
const made = async (body: unknown) => bodyOf<Run>(await submit(body));
const rowOf = async (id: string) => (await api.owner.query('SELECT * FROM run WHERE id = $1', [id])).rows[0];

describe('a submitted run', () => {
  it('is queued, and durable before the answer', async () => {
    const response = await submit({ agent: 'support', input: 'Where is my order?' });
    expect(response.status).toBe(202);
    const run = await bodyOf<Run>(response);
    expect(run).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      agent: 'support',
      kind: 'agent',
      version,
      status: 'queued',
      outcome: 'unknown',
      input: 'Where is my order?',
      output: null,
      error: null,
      usage: { inputTokens: 0, outputTokens: 0, modelCalls: 0, toolCalls: 0 },
      usd: 0,
      lane: 'normal',
      session: null,
      subject: null,
      parent: null,
      schedule: null,
      continues: null,
      continuedAs: null,
      waitingFor: [],
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      startedAt: null,
      finishedAt: null,
    });
    expect(await rowOf(run.id)).toMatchObject({ tenant: 'acme', status: 'queued', version });
    expect(await bodyOf(await api.send(key, 'GET', `/v1/runs/${run.id}`))).toEqual(run);
  });

  it('may have a model whose key is missing, where another can answer in its place', async () => {
    expect((await submit({ agent: 'prefers-openai', input: 'hi' })).status).toBe(202);
  });

  it('begins its journal with what was asked, sealed', async () => {
    const { id } = await made({ agent: 'support', input: 'my card is 4111', lane: 'urgent', session: 's-1' });
    const frames = await readFrom(api.owner, 'standard', id, 0);
    expect(frames.map(({ bodies }) => bodies?.includes('4111'))).toEqual([false]);
    const dataKey = await api.worker.keys.dataKey('acme', id);
    const entries = frames.flatMap((frame) => decodeFrame(frame, dataKey));
    expect(entries).toMatchObject([
      {
        meta: { kind: 'run.created', agent: 'support', version, lane: 'urgent', session: 's-1' },
        body: { input: 'my card is 4111' },
      },
    ]);
  });

  it('keeps its session, subject, lane and webhook', async () => {
    const { id, ...run } = await made({
      agent: 'support',
      input: 'hi',
      session: 'chat 7 ☎',
      subject: 'customer-1',
      lane: 'batch',
      webhook: 'https://example.com/hooks',
    });
    expect(run).toMatchObject({ session: 'chat 7 ☎', subject: 'customer-1', lane: 'batch' });
    expect(await rowOf(id)).toMatchObject({
      session: 'chat 7 ☎',
      lane: 2,
      webhook: 'https://example.com/hooks',
    });
    expect(await bodyOf(await api.send(key, 'GET', `/v1/runs/${id}`))).toMatchObject({
      subject: 'customer-1',
    });
  });

  it('may lower the limits of its definition, and never raise one', async () => {
    const lowered = await made({
      agent: 'refund-order',
      input: { order: 'A-1' },
      budget: { usd: 5, tokens: 10, time: '30s', modelCalls: 10_000 },
    });
    expect((await rowOf(lowered.id)).budget).toEqual({ ...DEFAULT_BUDGET, usd: 1, tokens: 10, time: 30_000 });
  });

  it('of a workflow takes what the input schema describes', async () => {
    expect(await made({ agent: 'refund-order', input: { order: 'A-1' } })).toMatchObject({
      kind: 'workflow',
      input: { order: 'A-1' },
    });
  });
});

describe('a submission is refused', () => {
  const deep = `{"agent": "support", "input": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  it.each<[string, unknown, number, string]>([
    ['for an agent that is not deployed', { agent: 'suport', input: 'hi' }, 404, 'unknown_agent'],
    ['without an input', { agent: 'support' }, 400, 'invalid_request'],
    ['for an agent that takes text, with blanks', { agent: 'support', input: ' \n ' }, 422, 'invalid_input'],
    ['for an agent that takes text, with an object', { agent: 'support', input: {} }, 422, 'invalid_input'],
    [
      'for input that does not fit the schema',
      { agent: 'refund-order', input: { order: 7 } },
      422,
      'invalid_input',
    ],
    ['for input that nests too deep', deep, 400, 'invalid_request'],
    [
      'for models whose keys are missing, all of them',
      { agent: 'needs-openai', input: 'hi' },
      422,
      'missing_key',
    ],
    ['for a model that is not known', { agent: 'needs-nonsense', input: 'hi' }, 422, 'unknown_model'],
    [
      'for a webhook that leads inside',
      { agent: 'support', input: 'hi', webhook: 'http://10.0.0.1/' },
      422,
      'invalid_webhook_url',
    ],
    ['for a field that is not known', { agent: 'support', input: 'hi', sesion: 'x' }, 400, 'invalid_request'],
    ['for a lane that is not known', { agent: 'support', input: 'hi', lane: 'fast' }, 400, 'invalid_request'],
    [
      'for a session that is too long',
      { agent: 'support', input: 'hi', session: 'x'.repeat(201) },
      400,
      'invalid_request',
    ],
    [
      'for a subject with a NUL',
      { agent: 'support', input: 'hi', subject: 'a\u0000b' },
      400,
      'invalid_request',
    ],
    ['for an agent’s name with a NUL', { agent: 'a\u0000b', input: 'hi' }, 400, 'invalid_request'],
    ['for a negative budget', { agent: 'support', input: 'hi', budget: { usd: -1 } }, 400, 'invalid_request'],
    ['for half a token', { agent: 'support', input: 'hi', budget: { tokens: 0.5 } }, 400, 'invalid_request'],
    [
      'for a time that is none',
      { agent: 'support', input: 'hi', budget: { time: 'soon' } },
      400,
      'invalid_request',
    ],
    ['for a list', [], 400, 'invalid_request'],
    ['for null', null, 400, 'invalid_request'],
    ['for malformed JSON', '{"agent": "support", ', 400, 'invalid_request'],
    ['for an empty body', '', 400, 'invalid_request'],
  ])('%s', async (_, body, status, code) => {
    expect(await refusalOf(await submit(body))).toEqual([status, code]);
  });

  it('and says what is deployed, or which field is wrong', async () => {
    const unknown = await bodyOf(await submit({ agent: 'suport', input: 'hi' }));
    expect(unknown.detail).toContain('Deployed are: support, ');
    const invalid = await bodyOf(await submit({ agent: 'refund-order', input: { order: 7 } }));
    expect(invalid.detail).toContain('does not fit the workflow "refund-order": order: must be a text');
    expect(invalid.errors).toEqual([{ field: 'input', message: 'order: must be a text' }]);
  });

  it('when the body is of another type, or of none', async () => {
    const form = await submit('agent=support', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(await refusalOf(form)).toEqual([415, 'unsupported_media_type']);
    const bare = await api.app.request('/v1/runs', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: new Uint8Array(Buffer.from('{"agent":"support","input":"hi"}')),
    });
    expect(await refusalOf(bare)).toEqual([415, 'unsupported_media_type']);
    const none = await api.app.request('/v1/runs', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await refusalOf(none)).toEqual([400, 'invalid_request']);
  });

  it('when the body is too large', async () => {
    const response = await submit({ agent: 'support', input: 'x'.repeat(1024 * 1024) });
    expect(await refusalOf(response)).toEqual([413, 'body_too_large']);
  });

  it('without a trace in the database', async () => {
    const count = async () => (await api.owner.query('SELECT count(*) FROM run')).rows[0].count;
    const before = await count();
    await submit({ agent: 'needs-openai', input: 'hi' });
    await submit({ agent: 'refund-order', input: {} });
    expect(await count()).toBe(before);
  });
});

describe('Prefer: wait', () => {
  const next = async () => {
    const { rows } = await api.owner.query(
      "SELECT id FROM run WHERE status = 'queued' ORDER BY id DESC LIMIT 1",
    );
    return rows[0]?.id as string | undefined;
  };
  const untilQueued = async (before: string | undefined) => {
    for (;;) {
      const id = await next();
      if (id !== undefined && id !== before) return id;
    }
  };

  it('answers with the run when it has ended', async () => {
    const before = await next();
    const waiting = submit({ agent: 'support', input: 'hi' }, { prefer: 'wait=30' });
    await finishRun(api, await untilQueued(before), 'It arrives tomorrow.');
    const response = await waiting;
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=30');
    expect(await response.json()).toMatchObject({
      status: 'succeeded',
      output: 'It arrives tomorrow.',
      usage: { inputTokens: 7, outputTokens: 3, modelCalls: 1, toolCalls: 0 },
      usd: 0.25,
    });
  });

  it('answers when a person is needed, and not for a timer', async () => {
    const before = await next();
    const waiting = submit({ agent: 'support', input: 'refund' }, { prefer: 'respond-async, wait=30' });
    const id = await untilQueued(before);
    const run = await takeRun(api, id);
    const review = crypto.randomUUID();
    await run.settle(
      { status: 'waiting', waitingFor: [{ for: 'review', key: 'refund#0', review }] },
      { meta: { kind: 'run.waiting', for: [] } },
    );
    const response = await waiting;
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'review', key: 'refund#0', review }],
    });
  });

  it('answers with the unfinished run when the time is over', async () => {
    const response = await submit({ agent: 'support', input: 'hi' }, { prefer: 'wait=0' });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ status: 'queued' });
  });

  it.each(['wait=61', 'wait=-1', 'wait=soon', 'wait='])('is refused as %s', async (prefer) => {
    expect(await refusalOf(await submit({ agent: 'support', input: 'hi' }, { prefer }))).toEqual([
      400,
      'invalid_request',
    ]);
  });

  it('lets other preferences be', async () => {
    expect((await submit({ agent: 'support', input: 'hi' }, { prefer: 'return=minimal' })).status).toBe(202);
  });
});
