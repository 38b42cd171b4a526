import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';
import { keyOf } from './key-of.ts';

let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld({ environment: { ANTHROPIC_API_KEY: '' } });
  key = await keyOf(world);
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

const PROJECT = `
import { agent, workflow } from 'bulkhead';
import { z } from 'zod';

export const support = agent({ name: 'support', instructions: 'Help.', model: 'local' });
export const refund = workflow({
  name: 'refund',
  inputSchema: z.object({ order: z.string(), usd: z.number().positive() }),
  run: async ({ usd }) => usd,
});
export const even = workflow({
  name: 'even',
  inputSchema: z.object({ number: z.number().refine((number) => number % 2 === 0, 'must be even') }),
  run: async ({ number }) => number,
});
export const keyless = agent({ name: 'keyless', instructions: 'Help.', model: 'anthropic/claude-haiku-4-5' });
export const lost = agent({ name: 'lost', instructions: 'Help.', model: 'nowhere/some-model' });
export const ask = workflow({ name: 'ask', inputSchema: z.object({}), run: (_, { review }) => review({ title: 'Go on?' }) });
`;

type Problem = {
  status: number;
  code: string;
  detail: string;
  retryable: boolean;
  errors?: { field: string }[];
};

/** Sends what a client would not, and expects problem details. */
async function refusal(
  method: string,
  path: string,
  options: { body?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${world.client.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as Problem;
  expect(problem.status).toBe(response.status);
  expect(problem.detail, 'a sentence that says what to do next').toMatch(/^\S.*[.!?]( .*[.!?])?$/s);
  expect(problem.detail).not.toMatch(/\n\s+at /);
  return { ...problem, headers: response.headers };
}
const submitting = (body: unknown) => refusal('POST', '/v1/runs', { body: JSON.stringify(body) });

describe('a run is refused, with a code and the next step', () => {
  it.each([
    [
      'an agent that is not deployed',
      { agent: 'suport', input: 'hi' },
      404,
      'unknown_agent',
      /suport.*support/,
    ],
    [
      'input that does not fit its schema',
      { agent: 'refund', input: { order: 7, usd: 5 } },
      422,
      'invalid_input',
      /order/,
    ],
    ['input that is missing', { agent: 'refund' }, 400, 'invalid_request', /input: is missing/],
    [
      'a message that is no text',
      { agent: 'support', input: { text: 'hi' } },
      422,
      'invalid_input',
      /string/,
    ],
    ['a model that nobody knows', { agent: 'lost', input: 'hi' }, 400, 'unknown_model', /nowhere/],
    [
      'a model whose key is not set',
      { agent: 'keyless', input: 'hi' },
      400,
      'missing_key',
      /ANTHROPIC_API_KEY.*local/,
    ],
    [
      'an address that is none',
      { agent: 'support', input: 'hi', webhook: 'nonsense' },
      422,
      'invalid_webhook_url',
      /https/,
    ],
    [
      'an address inside',
      { agent: 'support', input: 'hi', webhook: 'https://10.0.0.1/' },
      422,
      'invalid_webhook_url',
      /private/,
    ],
    [
      'a field that there is not',
      { agent: 'support', input: 'hi', modle: 'x' },
      400,
      'invalid_request',
      /modle/,
    ],
    [
      'a budget that is none',
      { agent: 'support', input: 'hi', budget: { usd: -1 } },
      400,
      'invalid_request',
      /budget\.usd/,
    ],
  ])('for %s', async (_, body, status, code, detail) => {
    const problem = await submitting(body);
    expect(problem).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
  });

  it('for a body over the limit, and for one that is no JSON', async () => {
    expect(await submitting({ agent: 'support', input: 'x'.repeat(1024 * 1024) })).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
    expect(await refusal('POST', '/v1/runs', { body: '{"agent":' })).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    expect(
      await refusal('POST', '/v1/runs', { body: 'agent=support', headers: { 'content-type': 'text/plain' } }),
    ).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  it('only when it runs, where the author’s own check is what refuses', async () => {
    const run = await world.client.run('even', { number: 3 });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'invalid_input' } });
    expect(run.error?.message).toMatch(/"even".*number: must be even/);
  });
});

describe('a definition with an error is refused, with its file, field and mend', () => {
  it.each([
    [
      'a misspelled effect',
      `tool({ description: 'Reads', inputSchema: z.object({}), effect: 'reed', execute: () => 1 })`,
      ['bulkhead.ts:4', 'effect is "reed"', 'did you mean "read"'],
    ],
    [
      'a field that there is not',
      `agent({ name: 'a', instruction: 'Help.' })`,
      ['bulkhead.ts:4', 'instruction', 'did you mean "instructions"'],
    ],
    [
      'plain http to anywhere',
      `tool({ description: 'x', inputSchema: z.object({}), effect: 'read', network: ['http://api.example.com'], execute: () => 1 })`,
      ['bulkhead.ts:4', 'network[0]', 'https://api.example.com'],
    ],
  ])('%s', async (_, expression, said) => {
    const source = `import { agent, tool } from 'bulkhead';\nimport { z } from 'zod';\n\nexport const wrong = ${expression};\n`;
    const message = await world.deploy(source).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).toContain('invalid_definition');
    for (const part of said) expect(message.replaceAll('\\"', '"')).toContain(part);
  });

  it.each([
    ['nothing exported', 'const x = 1;', 'no_definitions'],
    ['work that throws while it loads', `throw new Error('no database here');`, 'invalid_definition'],
    ['work that never ends loading', 'process.exit(7);', 'code_host_died'],
  ])('%s', async (_, source, code) => {
    const message = await world.deploy(source).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).toContain(code);
  });

  it('and so is what is no JavaScript', async () => {
    expect(
      await refusal('POST', '/v1/bundles', {
        body: 'export const = 1',
        headers: { 'content-type': 'application/javascript' },
      }),
    ).toMatchObject({ status: 400, code: 'invalid_definition' });
    expect(await refusal('POST', '/v1/bundles', { body: '{}' })).toMatchObject({ status: 415 });
  });
});

describe('a request is refused', () => {
  it('without a key, and with one that is not known', async () => {
    for (const authorization of ['', 'Bearer nonsense', `Bearer ${key.slice(0, -4)}AAAA`, `Basic ${key}`]) {
      const problem = await refusal('GET', '/v1/runs', { headers: { authorization } });
      expect(problem).toMatchObject({ status: 401, code: 'unauthorized', retryable: false });
      expect(problem.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('on a route that there is not, and with a method that it does not take', async () => {
    expect(await refusal('GET', '/v1/rums')).toMatchObject({ status: 404, code: 'unknown_route' });
    const problem = await refusal('DELETE', '/v1/runs');
    expect(problem).toMatchObject({
      status: 405,
      code: 'method_not_allowed',
      detail: expect.stringContaining('GET, POST'),
    });
    expect(problem.headers.get('allow')).toBe('GET, POST');
  });

  it('for a run or a review that there is not', async () => {
    const id = '0197f6e0-0000-7000-8000-000000000000';
    for (const path of [`/v1/runs/${id}`, `/v1/runs/${id}/journal`, `/v1/runs/${id}/events`, '/v1/runs/x']) {
      expect(await refusal('GET', path)).toMatchObject({ status: 404, code: 'unknown_run' });
    }
    expect(await refusal('GET', `/v1/reviews/${id}`)).toMatchObject({ status: 404, code: 'unknown_review' });
  });

  it('when a review was decided already', async () => {
    const waiting = await world.client.run('ask', {});
    const { id } = await world.client.reviewOf(waiting.id);
    expect((await world.client.decide(id, 'approved')).status).toBe(200);
    expect(
      await refusal('POST', `/v1/reviews/${id}/decision`, { body: '{"decision":"denied"}' }),
    ).toMatchObject({ status: 409, code: 'review_already_decided' });
    expect(await world.client.until(waiting.id)).toMatchObject({ output: { decision: 'approved' } });
  });

  it('when a run that is to be cancelled has finished', async () => {
    const run = await world.client.run('refund', { order: 'A-1', usd: 5 });
    expect(await refusal('POST', `/v1/runs/${run.id}/cancel`)).toMatchObject({
      status: 409,
      code: 'run_finished',
    });
  });
});
