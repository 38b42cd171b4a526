import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

const PROJECT = `
import { agent, tool, workflow } from 'bulkhead';
import { z } from 'zod';

const orderStatus = tool({
  description: 'Looks up the status of an order by its number',
  inputSchema: z.object({ order: z.string().regex(/^ORD-\\d{4}$/) }),
  effect: 'read',
  examples: ['Where is my order ORD-1234?', 'What is the status of order ORD-1234?'],
  execute: ({ order }) => ({ order, status: 'shipped' }),
});

const desk = { instructions: 'Help with orders.', model: 'local', tools: { orderStatus } };
export const frontDesk = agent({ name: 'front-desk', ...desk });
export const trusting = agent({ name: 'trusting', ...desk, escalateBelow: 0 });
export const typed = agent({
  name: 'typed',
  ...desk,
  outputSchema: z.object({ order: z.string(), status: z.string() }),
});
export const office = workflow({
  name: 'office',
  inputSchema: z.object({ message: z.string() }),
  run: async ({ message }, context) => ({ said: await context.run(frontDesk, message) }),
});
`;

const BEYOND = 'Please translate my grandmother’s poem into Finnish verse.';

describe('a model that is not sure', () => {
  it('answers by itself what it can', async () => {
    const run = await world.client.run('front-desk', 'Where is my order ORD-1234?');
    expect(run.status).toBe('succeeded');
    expect(String(run.output)).toContain('shipped');
  });

  it('hands over to a person, whose answer is the output', async () => {
    const waiting = await world.client.run('front-desk', BEYOND);
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', key: 'escalate#1' }] });
    const review = await world.client.reviewOf(waiting.id);
    expect(review).toMatchObject({ kind: 'escalation', content: { question: BEYOND } });
    expect(review.content.confidence).toBeLessThan(0.6);

    expect(await world.client.decide(review.id, 'answered')).toMatchObject({
      status: 422,
      body: { code: 'missing_output' },
    });
    await world.client.decide(review.id, 'answered', { output: 'Runo on tässä.' });
    expect(await world.client.until(waiting.id)).toMatchObject({
      status: 'succeeded',
      output: 'Runo on tässä.',
    });
  });

  it('is believed when the agent says so', async () => {
    expect((await world.client.run('trusting', BEYOND)).status).toBe('succeeded');
  });

  it('hands over from within a child as well, and the parent goes on with the answer', async () => {
    const parent = await world.client.submit('office', { message: BEYOND });
    const waiting = await world.client.until(parent, ['waiting']);
    const child = String(waiting.waitingFor[0]?.child);
    await world.client.until(child, ['waiting']);
    const review = await world.client.reviewOf(child);
    await world.client.decide(review.id, 'answered', { output: 'Done by hand.' });
    expect(await world.client.until(parent)).toMatchObject({ output: { said: 'Done by hand.' } });
  });

  it('asks the person again when the answer does not fit the outputSchema', async () => {
    const waiting = await world.client.run('typed', BEYOND);
    const first = await world.client.reviewOf(waiting.id);
    await world.client.decide(first.id, 'answered', { output: 'shipped, I think' });
    await expect
      .poll(async () => (await world.client.reviewsOf(waiting.id))[0]?.id ?? first.id)
      .not.toBe(first.id);
    const second = await world.client.reviewOf(waiting.id);
    expect(second.content).toMatchObject({
      question: BEYOND,
      problem: expect.stringContaining('expected object'),
    });
    await world.client.decide(second.id, 'answered', { output: { order: 'ORD-1', status: 'lost' } });
    expect(await world.client.until(waiting.id)).toMatchObject({
      output: { order: 'ORD-1', status: 'lost' },
    });
  });
});
