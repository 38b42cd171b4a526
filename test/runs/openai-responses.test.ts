import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTenant } from '../world/open-tenant.ts';
import { startWorld, type World } from '../world/start-world.ts';

const PROJECT = `
import { workflow } from 'bulkhead';

export const echo = workflow({ name: 'echo', inputSchema: { type: 'string' }, run: async (input) => input });
`;

let world: World;
let openai: OpenAI;
const clientOf = ({ url, key }: { url: string; key: string }) =>
  new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
  openai = clientOf(world.client);
});
afterAll(() => world?.stop());

const model = 'openai/gpt-5-mini';
const tools = [
  {
    type: 'function' as const,
    name: 'weather',
    description: 'Tells the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
    strict: false,
  },
];
/** All but the second in which it ended, which the client may have been told a moment later. */
const told = ({ output_text: _, completed_at: at, ...response }: OpenAI.Responses.Response) => ({
  ...response,
  completed_at: typeof at,
});
/** What the SDK says of an id that it does not find. */
const notFound = { status: 404, type: 'invalid_request_error', code: 'response_not_found' };

describe('a response that is read again', () => {
  it('is what it was, with all that its request said', async () => {
    world.openai.reply({
      text: 'I look.',
      toolCalls: [{ name: 'weather', input: { city: 'Paris' }, id: 'call_1' }],
    });
    const first = await openai.responses.create({
      model,
      input: 'And in Paris?',
      instructions: 'Be brief.',
      metadata: { ticket: '7' },
      user: 'ada',
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 500,
      parallel_tool_calls: false,
      tool_choice: { type: 'function', name: 'weather' },
      tools,
      text: { format: { type: 'json_object' } },
      reasoning: { effort: 'low', summary: 'auto' },
    });
    const again = await openai.responses.retrieve(first.id);
    expect(told(again)).toEqual(told(first));
    expect(again).toMatchObject({ output_text: 'I look.', metadata: { ticket: '7' }, user: 'ada' });

    world.openai.reply({ text: '14 degrees.' });
    const second = await openai.responses.create({
      model,
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: 'call_1', output: '14 degrees' }],
    });
    expect(told(await openai.responses.retrieve(second.id))).toEqual(told(second));
    expect(second).toMatchObject({ previous_response_id: first.id, instructions: null });
    // Neither is told the provider.
    expect(JSON.stringify(world.openai.requests)).not.toMatch(/ticket|"asked"/);
  });

  it('is what the end of its stream told', async () => {
    world.openai.reply({ text: 'It is up.' });
    const stream = openai.responses.stream({ model: 'gpt-5-mini', input: 'Is my line up?' });
    const last = await stream.finalResponse();
    const { created_at, id, output, status, usage } = await openai.responses.retrieve(last.id);
    expect({ created_at, id, status, usage }).toEqual({
      created_at: last.created_at,
      id: last.id,
      status: 'completed',
      usage: last.usage,
    });
    expect(output).toMatchObject([
      { type: 'message', content: [{ type: 'output_text', text: 'It is up.' }] },
    ]);
  });

  it('is incomplete where it was cut short', async () => {
    world.openai.reply({ text: 'It is', finishReason: 'length' });
    const first = await openai.responses.create({ model, input: 'Is my line up?', max_output_tokens: 16 });
    const again = await openai.responses.retrieve(first.id);
    expect(told(again)).toEqual(told(first));
    expect(again).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });

  it('has the reasoning that is asked for by then', async () => {
    world.anthropic.reply({ reasoning: 'Hm.', text: 'It is up.' });
    const stream = openai.responses.stream({ model: 'anthropic/claude-haiku-4-5', input: 'Is my line up?' });
    const { id } = await stream.finalResponse();
    expect((await openai.responses.retrieve(id)).output).toMatchObject([{ type: 'message' }]);
    const whole = await openai.responses.retrieve(id, { include: ['reasoning.encrypted_content'] });
    expect(whole.output).toMatchObject([
      { type: 'reasoning', encrypted_content: expect.any(String) },
      { type: 'message' },
    ]);
  });

  it('has failed where its run has', async () => {
    world.openai.fault('refused', { message: 'No such thing.' });
    const error = await openai.responses
      .create({ model, input: 'Is my line up?' })
      .catch((thrown: InstanceType<typeof OpenAI.APIError>) => thrown);
    expect(error).toMatchObject({ status: 400, headers: expect.any(Headers) });
    const run = 'headers' in error ? error.headers?.get('x-bulkhead-run') : undefined;
    const again = await openai.responses.retrieve(`resp_${run}`);
    expect(again).toMatchObject({ status: 'failed', error: { code: 'invalid_prompt' }, output: [] });
    expect(again.error?.message).toContain('No such thing.');
  });
});

describe('a response that goes on', () => {
  let speak: PromiseWithResolvers<void>;
  afterEach(() => {
    speak.resolve();
    world.openai.answer(() => ({ text: 'It is up.' }));
  });

  /** A response whose model is silent until the test lets it speak, and its id. */
  async function silent() {
    speak = Promise.withResolvers();
    const asked = world.openai.requests.length;
    world.openai.answer(async () => {
      await speak.promise;
      return { text: 'It is up.' };
    });
    const answer = openai.responses
      .create({ model, input: 'Is my line up?' })
      .catch((error: unknown) => error);
    await vi.waitFor(() => expect(world.openai.requests.length).toBe(asked + 1), { timeout: 15_000 });
    const { body } = await world.client.send<{ runs: { id: string }[] }>('GET', '/v1/runs?status=running');
    return { answer, id: `resp_${body.runs[0]?.id}` };
  }

  it('is in progress, and then completed', async () => {
    const { answer, id } = await silent();
    expect(await openai.responses.retrieve(id)).toMatchObject({ status: 'in_progress', model, output: [] });
    speak.resolve();
    expect(await answer).toMatchObject({ id });
    expect(await openai.responses.retrieve(id)).toMatchObject({ status: 'completed' });
  });

  it('is cancelled, once', async () => {
    const { answer, id } = await silent();
    expect(await openai.responses.cancel(id)).toMatchObject({ id, status: 'cancelled', error: null });
    expect(await answer).toMatchObject({ status: 409, code: 'run_cancelled' });
    expect(await openai.responses.retrieve(id)).toMatchObject({ id, status: 'cancelled' });
    expect(await openai.responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
  });
});

describe('no response', () => {
  it('is an id that nobody has, or that was given to something else', async () => {
    const run = await world.client.run('echo', 'hello');
    world.openai.reply({ text: 'It is up.' });
    const chat = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Up?' }],
    });
    const ids = ['resp_01989e3c-0000-7000-8000-000000000001', 'resp_68', run.id, `resp_${run.id}`];
    for (const id of [...ids, chat.id.replace('chatcmpl-', 'resp_')]) {
      await expect(openai.responses.retrieve(id), id).rejects.toMatchObject(notFound);
      await expect(openai.responses.cancel(id), id).rejects.toMatchObject(notFound);
    }
  });

  it("is another tenant's", async () => {
    world.openai.reply({ text: 'It is up.' });
    const { id } = await openai.responses.create({ model, input: 'Is my line up?' });
    const other = clientOf(await openTenant(world, 'globex'));
    await expect(other.responses.retrieve(id)).rejects.toMatchObject(notFound);
    await expect(other.responses.cancel(id)).rejects.toMatchObject(notFound);
  });

  it('is streamed after it has begun', async () => {
    world.openai.reply({ text: 'It is up.' });
    const { id } = await openai.responses.create({ model, input: 'Is my line up?' });
    const streamed = openai.responses.retrieve(id, { stream: true });
    await expect(streamed).rejects.toMatchObject({ status: 400, param: 'stream' });
  });
});

describe('OpenAI’s client with an idempotency key', () => {
  it('gets the same response for the same request, and no other', async () => {
    world.openai.reply({ text: 'It is up.' });
    const asked = world.openai.requests.length;
    const body = { model, input: 'Is my line up?' };
    const options = { idempotencyKey: 'order-17', headers: { 'Idempotency-Key': 'order-17' } };
    const first = await openai.responses.create(body, options);
    expect(told(await openai.responses.create(body, options))).toEqual(told(first));
    expect(world.openai.requests.length).toBe(asked + 1);
    const other = openai.responses.create({ ...body, input: 'And now?' }, options);
    await expect(other).rejects.toMatchObject({ status: 400, code: 'idempotency_key_reused' });
  });

  it('is tried again in earnest after a failure', async () => {
    const retrying = openai.withOptions({ maxRetries: 2 });
    world.openai.fault('cut_stream', { afterChunks: 0, times: 3 });
    world.openai.reply({ text: 'It is up.' });
    const options = { headers: { 'Idempotency-Key': 'order-18' } };
    const answer = await retrying.responses.create({ model, input: 'Is my line up?' }, options);
    expect(answer.output_text).toBe('It is up.');
  });
});
