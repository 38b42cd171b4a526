import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

const PROJECT = `
import { workflow } from 'bulkhead';
import { z } from 'zod';

export const ask = workflow({
  name: 'ask',
  inputSchema: z.object({ expiresAfter: z.string().optional() }),
  run: ({ expiresAfter }, context) =>
    context.review({
      title: 'Close the account?',
      detail: { account: 'ACC-7', balance: 12 },
      ...(expiresAfter === undefined ? {} : { expiresAfter: expiresAfter as never }),
    }),
});

export const committee = workflow({
  name: 'committee',
  inputSchema: z.object({}),
  run: async (_, context) => {
    const answers = await context.all({
      legal: ({ review }) => review({ title: 'Legal' }),
      finance: ({ review }) => review({ title: 'Finance' }),
    });
    return [answers.legal.decision, answers.finance.decision];
  },
});

export const forgetful = workflow({
  name: 'forgetful',
  inputSchema: z.object({}),
  run: async (_, context) => {
    void context.review({ title: 'Nobody waits for this' });
    await context.sleep('20ms');
    return 'done';
  },
});
`;

describe('context.review', () => {
  it('waits for a person, and hands over what was decided, why and by whom', async () => {
    const waiting = await world.client.run('ask', {});
    const review = await world.client.reviewOf(waiting.id);
    expect(waiting.waitingFor).toMatchObject([{ for: 'review', key: 'review#1', review: review.id }]);
    expect(review).toMatchObject({
      kind: 'answer',
      status: 'pending',
      tool: null,
      content: { title: 'Close the account?', detail: { account: 'ACC-7', balance: 12 } },
    });

    expect((await world.client.decide(review.id, 'approved', { note: 'Checked.' })).status).toBe(200);
    const run = await world.client.until(waiting.id);
    expect(run).toMatchObject({ status: 'succeeded', output: { decision: 'approved', note: 'Checked.' } });
    expect((run.output as { by: string }).by).not.toBe('');
    const decided = (await world.client.journal(run.id)).find(({ kind }) => kind === 'review.decided');
    expect(decided).toMatchObject({
      review: review.id,
      decision: 'approved',
      principal: (run.output as { by: string }).by,
    });
  });

  it('tells a denial like any other answer', async () => {
    const waiting = await world.client.run('ask', {});
    await world.client.decide((await world.client.reviewOf(waiting.id)).id, 'denied');
    expect(await world.client.until(waiting.id)).toMatchObject({
      status: 'succeeded',
      output: { decision: 'denied' },
    });
  });

  it('goes on without an answer when the time is over', async () => {
    const waiting = await world.client.run('ask', { expiresAfter: '100ms' });
    const run = await world.client.until(waiting.id);
    expect(run).toMatchObject({ status: 'succeeded', output: { decision: 'expired' } });
    expect(await world.client.reviewsOf(run.id)).toEqual([]);
  });

  it('refuses a decision that came too late, and one that it does not take', async () => {
    const expired = await world.client.until(await world.client.submit('ask', { expiresAfter: '60ms' }));
    const { body } = await world.client.send<{ reviews: { id: string }[] }>(
      'GET',
      `/v1/reviews?run=${expired.id}&status=expired`,
    );
    expect(await world.client.decide(String(body.reviews[0]?.id), 'approved')).toMatchObject({
      status: 409,
      body: { code: 'review_expired' },
    });
    const waiting = await world.client.run('ask', {});
    const { id } = await world.client.reviewOf(waiting.id);
    expect(await world.client.decide(id, 'answered', { output: 1 })).toMatchObject({
      status: 422,
      body: { code: 'invalid_decision', detail: expect.stringContaining('approved, denied') },
    });
    await world.client.decide(id, 'denied');
    expect(await world.client.decide(id, 'approved')).toMatchObject({
      status: 409,
      body: { code: 'review_already_decided' },
    });
  });

  it('waits for all that were asked side by side, in whatever order they decide', async () => {
    const waiting = await world.client.run('committee', {});
    const reviews = await world.client.reviewsOf(waiting.id);
    const of = (title: string) => String(reviews.find(({ content }) => content.title === title)?.id);
    await world.client.decide(of('Finance'), 'denied');
    await expect
      .poll(async () => (await world.client.show(waiting.id)).waitingFor)
      .toMatchObject([{ key: 'all#1/legal#1/review#1' }]);
    await world.client.decide(of('Legal'), 'approved');
    expect(await world.client.until(waiting.id)).toMatchObject({ output: ['approved', 'denied'] });
  });

  it('is withdrawn when the run ends without it', async () => {
    const run = await world.client.until((await world.client.run('forgetful', {})).id);
    expect(run).toMatchObject({ status: 'succeeded', output: 'done' });
    expect(await world.client.reviewsOf(run.id)).toEqual([]);
  });
});
