import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';
import { wired } from './wired.ts';

const MODEL = 'openai/gpt-5-mini';
const PROJECT = `
import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const orderStatus = tool({
  description: 'Looks up the status of an order by its number',
  inputSchema: z.object({ order: z.string().regex(/^ORD-\\d{4}$/) }),
  effect: 'read',
  examples: ['Where is my order ORD-1234?', 'What is the status of order ORD-1234?'],
  execute: ({ order }) => ({ order, status: 'shipped' }),
});

const support = { instructions: 'Help with orders.', model: '${MODEL}', tools: { orderStatus } };
export const patient = agent({ name: 'patient', ...support });
export const local = agent({ name: 'local-desk', ...support, onOutage: 'local' });
export const staffed = agent({ name: 'staffed', ...support, onOutage: 'escalate' });
`;

/** The pause before the run asks again is five to seven and a half seconds. */
const SOON = 30_000;

wired({
  gateway: 'model',
  control: 'outage',
  holds: 'a run whose provider is down waits for it, says so, and goes on by itself once it answers',
  async scenario({ client, deploy, openai }) {
    await deploy(PROJECT);
    openai.fault('server_error', { times: 3 });
    openai.reply({ text: 'It is on its way.' });
    const waiting = await client.run('patient', 'Where is ORD-1234?');
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'provider', model: MODEL }] });
    const run = await client.until(waiting.id, ['succeeded', 'failed'], SOON);
    expect(run).toMatchObject({ status: 'succeeded', output: 'It is on its way.' });
    const journal = await client.journal(run.id);
    expect(journal).toContainEqual(
      expect.objectContaining({ kind: 'model.postponed', model: MODEL, code: 'provider_unavailable' }),
    );
    expect(journal).toContainEqual(
      expect.objectContaining({ kind: 'model.completed', outcome: 'ok', model: MODEL }),
    );
  },
});

describe('in an outage', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.deploy(PROJECT);
    world.openai.fault('server_error', { times: 100 });
  });
  afterAll(() => world?.stop());

  it('the local model answers for an agent that says so, and hands over what it is not sure of', async () => {
    const run = await world.client.run('local-desk', 'Where is my order ORD-1234?');
    expect(run.status).toBe('succeeded');
    expect(String(run.output)).toContain('shipped');
    expect(await world.client.journal(run.id)).toContainEqual(
      expect.objectContaining({ kind: 'model.completed', outcome: 'ok', model: 'local' }),
    );
    const beyond = await world.client.run('local-desk', 'Please translate my poem into Finnish verse.');
    expect(beyond).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review' }] });
  });

  it('a run that waits for its provider is cancelled at once', async () => {
    const waiting = await world.client.run('patient', 'Where is ORD-1234?');
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'provider', model: MODEL }] });
    await world.client.send('POST', `/v1/runs/${waiting.id}/cancel`);
    expect((await world.client.until(waiting.id, ['cancelled'])).status).toBe('cancelled');
  });

  it('a person answers for an agent that says so, and reads why', async () => {
    const waiting = await world.client.run('staffed', 'Where is ORD-1234?');
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review' }] });
    const review = await world.client.reviewOf(waiting.id);
    expect(review).toMatchObject({
      kind: 'escalation',
      content: { question: 'Where is ORD-1234?', problem: expect.stringContaining('No model can answer') },
    });
    await world.client.decide(review.id, 'answered', { output: 'It left yesterday.' });
    expect(await world.client.until(waiting.id)).toMatchObject({
      status: 'succeeded',
      output: 'It left yesterday.',
    });
  });
});
