import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer } from '../../src/surfaces/server.ts';
import { support } from '../wired/projects.ts';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
afterEach(() => world?.stop());

const question = (more: object = {}) => ({
  model: 'openai/gpt-5-mini',
  messages: [{ role: 'user', content: 'Is the line up?' }],
  ...more,
});
const chat = (body: object, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`${world.client.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.client.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
const runOf = (answer: Response) => String(answer.headers.get('x-bulkhead-run'));
const said = { choices: [{ message: { content: 'It is up.' } }] };

describe('a chat in a process that has a worker', () => {
  beforeEach(async () => {
    world = await startWorld();
  });

  it('is a run like any other: listed, journaled, paid for', async () => {
    world.openai.reply({ text: 'It is up.', usage: { inputTokens: 100, outputTokens: 10 } });
    const answer = await chat(question());
    expect(await answer.json()).toMatchObject(said);
    const run = await world.client.show(runOf(answer));
    expect(run).toMatchObject({ kind: 'chat', agent: 'direct', status: 'succeeded' });
    expect(run.usage).toMatchObject({ inputTokens: 100, outputTokens: 10, modelCalls: 1 });
    expect(run.usd).toBeGreaterThan(0);
    expect((await world.client.journal(run.id)).map(({ kind }) => kind)).toEqual([
      'run.created',
      'run.claimed',
      'model.started',
      'model.completed',
      'run.succeeded',
    ]);
  });

  it("has the models and the budget of the agent that it names, and the client's own tools", async () => {
    await world.deploy(support({ budget: '{ tokens: 10 }' }));
    const denied = await chat(question({ model: 'auto' }), { 'x-bulkhead-agent': 'support' });
    expect(denied.status).toBe(400);
    expect(await denied.json()).toMatchObject({ error: { code: 'context_length_exceeded' } });
    const foreign = await chat(question({ model: 'anthropic/claude-haiku-4-5' }), {
      'x-bulkhead-agent': 'support',
    });
    expect(await foreign.json()).toMatchObject({ error: { code: 'model_not_allowed' } });
    expect(world.openai.requests).toEqual([]);
  });

  it('is held to what its API key may spend', async () => {
    const [, id] = world.client.key.split('_');
    const budget = { key: id, period: 'day', unit: 'tokens', amount: 50 };
    expect((await world.client.send('PUT', '/v1/budgets', budget)).status).toBe(200);
    const refused = await chat(question({ max_tokens: 1_000 }));
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({
      error: {
        code: 'insufficient_quota',
        message: expect.stringContaining(`The API key ${id} may spend 50 tokens`),
      },
    });
    expect(world.openai.requests).toEqual([]);
  });

  it('stands in line where the tenant has a limit, and is answered from there, as it is said', async () => {
    await world.client.send('PUT', '/v1/limits', { running: 5 });
    world.openai.reply({ text: 'It is up.' });
    expect(await (await chat(question())).json()).toMatchObject(said);
    world.openai.fault('hang', { afterChunks: 2 });
    world.openai.reply({ chunks: ['It ', 'is ', 'up.'] });
    const leaving = new AbortController();
    const answer = await chat(question({ stream: true }), {}, leaving.signal);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!/"content":"It "|still here/.test(heard)) heard += (await reader?.read())?.value;
    expect(heard, 'while the model still speaks').toContain('"content":"It "');
    leaving.abort();
    await expect.poll(async () => (await world.client.show(runOf(answer))).status).toBe('cancelled');
  });

  it('is told at once that a budget is spent, also where runs wait for it to renew', async () => {
    world.openai.answer(() => ({ text: 'It is up.' }));
    const budget = { period: 'month', unit: 'tokens', amount: 1, whenSpent: 'wait' };
    expect((await world.client.send('PUT', '/v1/budgets', budget)).status).toBe(200);
    const within = () => AbortSignal.timeout(5_000);
    await expect.poll(async () => (await chat(question(), {}, within())).status).toBe(429);
  });

  it('is cancelled when its client leaves', async () => {
    world.openai.fault('slow', { delay: 300 });
    world.openai.reply({ chunks: Array.from({ length: 50 }, () => 'word ') });
    const leaving = new AbortController();
    const answer = await chat(question({ stream: true }), {}, leaving.signal);
    await answer.body?.getReader().read();
    leaving.abort();
    await expect.poll(async () => (await world.client.show(runOf(answer))).status).toBe('cancelled');
  });
});

it('a chat that a worker elsewhere executes is streamed from there', async () => {
  world = await startWorld({ worker: false });
  const elsewhere = await startServer({
    environment: world.environment,
    home: `${world.home}/elsewhere`,
    api: false,
    worker: true,
    dev: true,
    log: () => {},
  });
  try {
    world.openai.fault('slow', { delay: 150 });
    world.openai.reply({ chunks: ['It ', 'is ', 'up.'] });
    const answer = await chat(question({ stream: true }));
    const pieces = (await answer.text()).matchAll(/"content":"([^"]+)"/g);
    const texts = [...pieces].map(([, text]) => text);
    expect(texts.join('')).toBe('It is up.');
    expect(texts.length, 'pieces as they came').toBeGreaterThan(1);
    world.openai.reply({ text: 'It is up.' });
    expect(await (await chat(question())).json()).toMatchObject(said);
  } finally {
    await elsewhere.stop();
  }
});
