import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEventStream, type ServerSentEvent } from '../../src/surfaces/cli/client/read-event-stream.ts';
import type { ShownRun } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';
import { keyOf } from './key-of.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

const PROJECT = `
import { agent, tool, workflow } from 'bulkhead';
import { z } from 'zod';

const weather = tool({
  description: 'Tells the weather',
  inputSchema: z.object({ city: z.string() }),
  effect: 'read',
  execute: ({ city }) => ({ city, weather: 'rain' }),
});
export const forecaster = agent({
  name: 'forecaster',
  instructions: 'Tell the weather.',
  model: 'openai/gpt-5-mini',
  tools: { weather },
});
export const ask = workflow({ name: 'ask', inputSchema: z.object({}), run: (_, { review }) => review({ title: 'Go on?' }) });
export const nap = workflow({ name: 'nap', inputSchema: z.object({}), run: async (_, { sleep }) => { await sleep('100ms'); return 'rested'; } });
`;

/** Follows a run's events over HTTP. */
async function follow(run: string, lastEventId?: string): Promise<AsyncGenerator<ServerSentEvent, void>> {
  const { url } = world.client;
  const response = await fetch(`${url}/v1/runs/${run}/events`, {
    headers: {
      authorization: `Bearer ${await keyOf(world)}`,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  if (response.body === null) throw new Error('The answer has no body.');
  return readEventStream(response.body);
}

const dataOf = (event: ServerSentEvent) => JSON.parse(event.data) as Record<string, unknown>;
/** An entry by its kind, anything else by the event that it is. */
const nameOf = (event: ServerSentEvent) =>
  event.event === 'entry' ? String(dataOf(event).kind) : event.event;
const weather = { toolCalls: [{ name: 'weather', input: { city: 'Quito' } }] };

describe('the events of a run', () => {
  it('are its entries in their order, the model’s text in between, and its end', async () => {
    world.openai.reply(weather);
    const chunks = ['It ', 'rains ', 'in ', 'Quito ', 'all ', 'day.'];
    world.openai.reply({ chunks });
    const run = await world.client.run('forecaster', 'How is it?');
    const events: ServerSentEvent[] = [];
    for await (const event of await follow(run.id)) events.push(event);

    const entries = events.filter(({ event }) => event === 'entry');
    const journal = await world.client.journal(run.id);
    expect(entries.map(({ id }) => id)).toEqual(journal.map(({ frame, index }) => `${frame}.${index}`));
    expect(entries.map((event) => dataOf(event).kind)).toEqual(journal.map(({ kind }) => kind));
    expect(events.at(-1)).toMatchObject({ event: 'end', id: undefined });
    expect(dataOf(events.at(-1) as ServerSentEvent)).toEqual(run);
  });

  it('tell the text while the model still speaks', async () => {
    const chunks = ['It ', 'rains ', 'in ', 'Quito ', 'all ', 'day.'];
    world.openai.fault('slow', { delay: 150 });
    world.openai.reply({ chunks });
    const id = await world.client.submit('forecaster', 'How is it?');
    let text = '';
    let whileRunning = 0;
    const order: string[] = [];
    for await (const event of await follow(id)) {
      const data = dataOf(event);
      if (event.event !== 'delta') order.push(nameOf(event));
      else {
        expect(data).toMatchObject({ key: 'model#1', attempt: 1 });
        expect(event.id, 'text is shown, not kept: nobody resumes from it').toBeUndefined();
        text += String(data.text);
        if ((await world.client.show(id)).status === 'running') whileRunning += 1;
      }
    }
    expect(chunks.join('')).toBe(text);
    expect(whileRunning).toBeGreaterThan(0);
    expect(order.slice(-3)).toEqual(['model.completed', 'run.succeeded', 'end']);
  });

  it('go on after the last one that a reader saw, while the run goes on', async () => {
    const id = await world.client.submit('ask', {});
    let last: string | undefined;
    for await (const event of await follow(id)) {
      last = event.id;
      if (dataOf(event).kind === 'run.waiting') break;
    }
    await world.client.decide((await world.client.reviewOf(id)).id, 'approved');
    const kinds: unknown[] = [];
    for await (const event of await follow(id, last)) kinds.push(nameOf(event));
    expect(kinds.slice(0, 2)).toEqual(['run.claimed', 'review.decided']);
    expect(kinds.at(-1)).toBe('end');
  });

  it('end at once for who has seen them all', async () => {
    const run = await world.client.until(await world.client.submit('nap', {}));
    const last = (await world.client.journal(run.id)).at(-1);
    const events: ServerSentEvent[] = [];
    for await (const event of await follow(run.id, `${last?.frame}.${last?.index}`)) events.push(event);
    expect(events.map(({ event }) => event)).toEqual(['end']);
  });
});

describe('Prefer: wait', () => {
  const submit = (agent: string, seconds: number) =>
    world.client.send<ShownRun>('POST', '/v1/runs', { agent, input: {} }, { prefer: `wait=${seconds}` });

  it('answers 200 with the run when it has ended', async () => {
    const answer = await submit('nap', 20);
    expect(answer).toMatchObject({ status: 200, body: { status: 'succeeded', output: 'rested' } });
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
  });

  it('answers 200 when a person is needed', async () => {
    expect(await submit('ask', 20)).toMatchObject({ status: 200, body: { status: 'waiting' } });
  });

  it('answers 202 when the time is over first', async () => {
    const answer = await submit('nap', 0);
    expect(answer.status).toBe(202);
    expect(await world.client.until(answer.body.id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('what a run used', () => {
  it('is the sum of its model calls; an attempt that the provider turned away costs nothing', async () => {
    world.openai.reply({ ...weather, usage: { inputTokens: 1_000, outputTokens: 40 } });
    world.openai.reply({ text: 'It rains.', usage: { inputTokens: 1_200, outputTokens: 60 } });
    world.openai.fault('rate_limited');
    world.openai.requests.length = 0;
    const run = await world.client.run('forecaster', 'How is it?');
    expect(run.status).toBe('succeeded');
    expect(world.openai.requests).toHaveLength(3);
    expect(run.usage).toEqual({ inputTokens: 2_200, outputTokens: 100, modelCalls: 2, toolCalls: 1 });
    expect(run.usd).toBeCloseTo(2_200 * 0.25e-6 + 100 * 2e-6, 8);
  });
});
