import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BulkheadError } from '../../../contract/errors.ts';
import type { BundleManifest } from '../../../contract/manifest.ts';
import type { Agent } from '../schemas/agent.ts';
import { definition, SUPPORT } from '../testing/manifests.ts';
import { codeOf, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

let api: TestApi;
let key: string;
let described = 0;
beforeAll(async () => {
  api = await openTestApi({
    describeBundle: async (code) => {
      described += 1;
      if (!code.toString().startsWith('{')) {
        throw new BulkheadError({
          code: 'invalid_definition',
          message: 'The agent "support" has no instructions. Add them.',
          status: 422,
        });
      }
      return JSON.parse(code.toString()) as BundleManifest;
    },
  });
  key = await api.keyFor('acme', 'developer');
});
afterAll(() => api.drop());

const deploy = (code: Uint8Array, headers: Record<string, string> = {}, as = key) =>
  api.app.request('/v1/bundles', {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/javascript', ...headers },
    body: new Uint8Array(code),
  });
const bundleOf = (...names: string[]): BundleManifest => ({
  format: 1,
  definitions: names.map((name) => definition({ name })),
});

describe('a bundle', () => {
  it('is created once, and deployed each time', async () => {
    const code = codeOf(SUPPORT);
    const first = await deploy(code);
    expect(first.status).toBe(201);
    const bundle = await bodyOf(first);
    expect(bundle).toMatchObject({
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
      definitions: expect.arrayContaining([
        { kind: 'agent', name: 'support', description: 'Answers customers.' },
        { kind: 'workflow', name: 'refund-order', description: null },
      ]),
    });
    const second = await deploy(code);
    expect(second.status).toBe(200);
    expect(await second.json()).toEqual(bundle);
  });

  it('may be sent as text/javascript with a charset', async () => {
    const response = await deploy(codeOf(bundleOf('typed')), {
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(response.status).toBe(201);
  });

  it('is answered again for its Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'deploy-1' };
    await deploy(codeOf(bundleOf('keyed')), headers);
    const again = await deploy(codeOf(bundleOf('keyed')), headers);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await refusalOf(await deploy(codeOf(bundleOf('other')), headers))).toEqual([
      422,
      'idempotency_key_reused',
    ]);
  });

  it('that defines nothing sound is refused with what is wrong', async () => {
    const response = await deploy(Buffer.from('export default 1'));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'invalid_definition',
      detail: 'The agent "support" has no instructions. Add them.',
    });
  });

  it('is not even loaded when it is empty, too large, of another type or of somebody who may not deploy', async () => {
    const before = described;
    expect(await refusalOf(await deploy(Buffer.alloc(0)))).toEqual([400, 'invalid_request']);
    expect(await refusalOf(await deploy(Buffer.alloc(20 * 1024 * 1024 + 1)))).toEqual([
      413,
      'body_too_large',
    ]);
    expect(await refusalOf(await deploy(codeOf(SUPPORT), { 'content-type': 'application/json' }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    const auditor = await api.keyFor('acme', 'auditor');
    expect(await refusalOf(await deploy(codeOf(SUPPORT), {}, auditor))).toEqual([403, 'forbidden']);
    expect(described).toBe(before);
  });
});

describe('the list of agents', () => {
  it('shows what each may do, with what, and with which model', async () => {
    await deploy(codeOf(SUPPORT));
    const { agents } = await bodyOf<{ agents: Agent[] }>(await api.send(key, 'GET', '/v1/agents'));
    expect(agents.find(({ name }) => name === 'support')).toEqual({
      name: 'support',
      kind: 'agent',
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
      description: 'Answers customers.',
      effects: ['read', 'write'],
      tools: [{ name: 'refund', description: 'Refunds an order.', effect: 'write', risk: ['financial'] }],
      model: 'local',
      inputSchema: null,
      deployedAt: expect.stringMatching(/Z$/),
    });
    expect(agents.find(({ name }) => name === 'needs-openai')).toMatchObject({
      model: { small: 'openai/gpt-5-mini', large: 'openai/gpt-5' },
    });
    expect(agents.find(({ name }) => name === 'refund-order')).toMatchObject({
      kind: 'workflow',
      inputSchema: { required: ['order'] },
    });
  });

  it('is another for another tenant', async () => {
    const other = await api.keyFor('globex', 'auditor');
    expect(await bodyOf(await api.send(other, 'GET', '/v1/agents'))).toEqual({ agents: [] });
  });
});

describe('kill switches', () => {
  const put = (body: unknown) => api.send(operator, 'PUT', '/v1/kill-switches', body);
  let operator: string;
  beforeAll(async () => {
    operator = await api.keyFor('acme', 'operator');
  });

  it('are set, listed and cleared', async () => {
    const set = await bodyOf<{ id: string }>(await put({ target: 'tool:refund', reason: 'double refunds' }));
    expect(set).toMatchObject({
      target: 'tool:refund',
      reason: 'double refunds',
      setAt: expect.stringMatching(/Z$/),
    });
    expect(await bodyOf(await api.send(key, 'GET', '/v1/kill-switches'))).toEqual({ killSwitches: [set] });
    const cleared = await api.send(operator, 'DELETE', `/v1/kill-switches/${set.id}`);
    expect(cleared.status).toBe(204);
    expect(await bodyOf(await api.send(key, 'GET', '/v1/kill-switches'))).toEqual({ killSwitches: [] });
    const again = await api.send(operator, 'DELETE', `/v1/kill-switches/${set.id}`);
    expect(await refusalOf(again)).toEqual([404, 'unknown_kill_switch']);
    expect(await refusalOf(await api.send(operator, 'DELETE', '/v1/kill-switches/x'))).toEqual([
      404,
      'unknown_kill_switch',
    ]);
  });

  it.each(['*', 'agent:support', 'tool:refund', 'model:openai/gpt-5', 'model:openai/*'])(
    'take the target %s',
    async (target) => {
      expect((await put({ target, reason: 'test' })).status).toBe(200);
    },
  );

  it.each<[string, unknown]>([
    ['an unknown target', { target: 'support', reason: 'x' }],
    ['an empty name', { target: 'tool:', reason: 'x' }],
    ['blanks in a name', { target: 'tool:a b', reason: 'x' }],
    ['no reason', { target: '*' }],
    ['an empty reason', { target: '*', reason: '' }],
    ['an unknown field', { target: '*', reason: 'x', tenant: 'globex' }],
  ])('refuse %s', async (_, body) => {
    expect(await refusalOf(await put(body))).toEqual([400, 'invalid_request']);
  });
});

describe('the webhook secret', () => {
  it('is the tenant’s own, and signs', async () => {
    const { secret } = await bodyOf<{ secret: string }>(await api.send(key, 'GET', '/v1/webhook-secret'));
    expect(new Webhook(secret).sign('id', new Date(0), '{}')).toMatch(/^v1,/);
    const other = await api.keyFor('globex', 'developer');
    expect(await bodyOf(await api.send(other, 'GET', '/v1/webhook-secret'))).not.toEqual({ secret });
  });
});
