import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShownRun } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

const PROJECT = `
import { agent, workflow } from 'bulkhead';
import { z } from 'zod';

const counted = z.object({ left: z.number().int(), total: z.number().default(0) });

export const counter = workflow({
  name: 'counter', inputSchema: counted, model: 'openai/gpt-5-mini', budget: { modelCalls: 2, tokens: 40_000, usd: 1 },
  run: async ({ left, total }, context) => {
    if (left === 0) return { total };
    const { text } = await context.generate({ prompt: 'Say one.' });
    await context.continueAsNew({ left: left - 1, total: total + text.length });
    throw new Error('Code behind continueAsNew ran.');
  },
});

export const clerk = agent({ name: 'clerk', instructions: 'Answer.', model: 'openai/gpt-5-mini' });

export const family = workflow({
  name: 'family', inputSchema: counted, model: 'openai/gpt-5-mini', budget: { tokens: 60_000, usd: 1 },
  run: (input, context) => context.run(counter, input),
});

export const napping = workflow({
  name: 'napping', inputSchema: z.object({ naps: z.number() }),
  run: async ({ naps }, context) => {
    await context.sleep(naps === 1 ? '1h' : 10);
    return context.continueAsNew({ naps: naps + 1 });
  },
});

export const spinning = workflow({
  name: 'spinning', inputSchema: z.object({ turn: z.number() }),
  run: ({ turn }, context) => context.continueAsNew({ turn: turn + 1 }),
});

export const guardian = workflow({
  name: 'guardian', inputSchema: z.object({}),
  run: (_, context) => context.run(napping, { naps: 0 }),
});

export const confused = workflow({
  name: 'confused', inputSchema: z.object({ times: z.number() }),
  run: (_, context) => context.continueAsNew({ times: 'many' }).catch(({ code }) => code),
});

export const branching = workflow({
  name: 'branching', inputSchema: z.object({ left: z.number() }),
  run: async ({ left }, context) => {
    if (left === 0) return 'done';
    await context.all({
      asking: (inner) => inner.review({ title: 'Anybody there?' }),
      sleeping: (inner) => inner.sleep('1h'),
      errand: (inner) => inner.run(napping, { naps: 1 }),
      going: async (inner) => {
        await inner.memo('one', () => 1);
        await inner.sleep(50);
        await inner.continueAsNew({ left: left - 1 });
      },
    });
  },
});
`;

type Linked = ShownRun & {
  input: unknown;
  continues: string | null;
  continuedAs: string | null;
  session: string | null;
  subject: string | null;
};
const show = (run: string) => world.client.show(run) as Promise<Linked>;

/** The chain that begins with this run, once its last link has ended; or its first links, the last of them waiting. */
async function chainOf(run: string, waitingAt?: number): Promise<Linked[]> {
  const links: Linked[] = [];
  for (let id: string | null = run; id !== null; ) {
    await world.client.until(id, links.length + 1 === waitingAt ? ['waiting'] : undefined);
    const link: Linked = await show(id);
    links.push(link);
    id = link.continuedAs;
  }
  return links;
}

describe('a workflow that continues as new', () => {
  it('goes on as a chain of runs, each with an empty journal and what is left of the budget', async () => {
    world.openai.answer(() => ({ text: 'one' }));
    const first = await world.client.submit(
      'counter',
      { left: 2 },
      { session: 'tuesday', subject: 'ann', lane: 'urgent' },
    );
    const [one, two, three, ...more] = await chainOf(first);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ status: 'succeeded', output: null, error: null, continues: null });
    expect(two).toMatchObject({
      status: 'succeeded',
      output: null,
      continues: one?.id,
      input: { left: 1, total: 3 },
    });
    expect(three).toMatchObject({
      status: 'succeeded',
      output: { total: 6 },
      continues: two?.id,
      continuedAs: null,
    });
    for (const link of [two, three]) {
      expect(link).toMatchObject({
        session: 'tuesday',
        subject: 'ann',
        lane: 'urgent',
        version: one?.version,
      });
    }
    const [created, ...rest] = await world.client.journal(three?.id ?? '');
    expect(created).toMatchObject({
      kind: 'run.created',
      continues: { run: two?.id },
      budget: { modelCalls: 0 },
    });
    expect(rest.map(({ kind }) => kind)).toEqual(['run.claimed', 'run.succeeded']);
    const budgetOf = async (run: string) =>
      (await world.client.journal(run))[0]?.budget as { tokens: number; usd: number; time: number };
    const budgets = await Promise.all([one, two, three].map((link) => budgetOf(link?.id ?? '')));
    for (const limit of ['tokens', 'usd', 'time'] as const) {
      expect(budgets.map((budget) => budget[limit])).toEqual(
        budgets.map((budget) => budget[limit]).toSorted((a, b) => b - a),
      );
      expect(budgets[0]?.[limit]).toBeGreaterThan(budgets[2]?.[limit] ?? 0);
    }
    expect((await world.client.journal(first)).at(-1)).toMatchObject({
      kind: 'run.continued',
      run: two?.id,
      content: { input: { left: 1, total: 3 } },
    });
  });

  it('cannot spend more as a chain than as one run', async () => {
    world.openai.answer(() => ({ text: 'one' }));
    const links = await chainOf(await world.client.submit('counter', { left: 5 }));
    expect(links).toHaveLength(3);
    expect(links.at(-1)).toMatchObject({ status: 'failed', error: { code: 'model_call_limit' } });
  });

  it('is one child for its parent, which pays for all of it', async () => {
    world.openai.answer(() => ({ text: 'one' }));
    const run = await world.client.until(await world.client.submit('family', { left: 2 }));
    expect(run).toMatchObject({ status: 'succeeded', output: { total: 6 } });
    const journal = await world.client.journal(run.id);
    const started = journal.find(({ kind }) => kind === 'child.started');
    const completed = journal.filter(({ kind }) => kind === 'child.completed');
    const links = await chainOf(String(started?.child));
    expect(completed).toMatchObject([{ outcome: 'ok', child: links.at(-1)?.id }]);
    const tokens = links.map(({ usage }) => usage.inputTokens + usage.outputTokens);
    expect(tokens.filter((count) => count > 0)).toHaveLength(2);
    expect(completed[0]?.tokens).toBe(tokens.reduce((sum, count) => sum + count, 0));
    expect(run.usage).toMatchObject({
      inputTokens: links.reduce((sum, { usage }) => sum + usage.inputTokens, 0),
    });
  });

  it('is waited for to the end of the chain', async () => {
    world.openai.answer(() => ({ text: 'one' }));
    const answer = await world.client.send<Linked>(
      'POST',
      '/v1/runs',
      { agent: 'counter', input: { left: 1 } },
      { prefer: 'wait=20' },
    );
    expect(answer).toMatchObject({ status: 200, body: { status: 'succeeded', output: { total: 3 } } });
    expect(answer.body.continues).not.toBeNull();
  });

  it('is one turn of its session: the first of the chain was asked, the last answered', async () => {
    world.openai.answer(() => ({ text: 'one' }));
    const session = 'thursday';
    await chainOf(await world.client.submit('counter', { left: 1 }, { session }));
    const run = await world.client.run('clerk', 'And now?', { session });
    const earlier = (await world.client.journal(run.id)).find(({ key }) => key === 'session#1');
    expect(earlier?.content?.output).toEqual([
      { role: 'user', content: [{ type: 'text', text: '{"left":1}' }] },
      { role: 'assistant', content: [{ type: 'text', text: '{"total":3}' }] },
    ]);
  });

  it('has its webhook told once, of the end of the chain', async () => {
    world.openai.answer(() => ({ text: 'one' }));
    const webhook = `${world.service.url}/told`;
    const links = await chainOf(await world.client.submit('counter', { left: 1 }, { webhook }));
    const owner = new pg.Pool({ connectionString: world.databaseUrl, max: 1 });
    const { rows } = await owner.query(
      'SELECT run, event FROM webhook_delivery WHERE run = ANY($1::uuid[])',
      [links.map(({ id }) => id)],
    );
    await owner.end();
    expect(rows).toEqual([{ run: links.at(-1)?.id, event: 'run.succeeded' }]);
  });

  it('is told when the input does not fit, and may go on otherwise', async () => {
    expect(await world.client.run('confused', { times: 1 })).toMatchObject({
      status: 'succeeded',
      output: 'invalid_input',
    });
  });

  it('ends the children and questions that are still open', async () => {
    const first = await world.client.submit('branching', { left: 1 });
    const links = await chainOf(first);
    expect(links.at(-1)).toMatchObject({ status: 'succeeded', output: 'done' });
    const journal = await world.client.journal(first);
    const child = String(journal.find(({ kind }) => kind === 'child.started')?.child);
    expect(await world.client.until(child)).toMatchObject({ status: 'cancelled' });
    expect(await world.client.reviewsOf(first)).toEqual([]);
    expect(journal.at(-1)).toMatchObject({ kind: 'run.continued' });
  });
});

describe('a cancel', () => {
  it('of a run that went on ends the one that goes on', async () => {
    const first = await world.client.submit('napping', { naps: 0 });
    const [, last] = await chainOf(first, 2);
    expect(await world.client.send('POST', `/v1/runs/${first}/cancel`)).toMatchObject({ status: 202 });
    expect(await world.client.until(last?.id ?? '')).toMatchObject({ status: 'cancelled' });
    const again = await world.client.send('POST', `/v1/runs/${first}/cancel`);
    expect(again).toMatchObject({ status: 409, body: { code: 'run_finished' } });
  });

  it('catches a run that goes on faster than anybody could follow it', async () => {
    const first = await world.client.submit('spinning', { turn: 0 });
    await world.client.until(first);
    expect(await world.client.send('POST', `/v1/runs/${first}/cancel`)).toMatchObject({ status: 202 });
    expect((await chainOf(first)).at(-1)).toMatchObject({ status: 'cancelled' });
  });

  it('of a parent ends the last of the chain', async () => {
    const parent = await world.client.submit('guardian', {});
    await world.client.until(parent, ['waiting']);
    const journal = await world.client.journal(parent);
    const [, last] = await chainOf(String(journal.find(({ kind }) => kind === 'child.started')?.child), 2);
    await world.client.send('POST', `/v1/runs/${parent}/cancel`);
    expect(await world.client.until(parent)).toMatchObject({ status: 'cancelled' });
    expect(await show(last?.id ?? '')).toMatchObject({ status: 'cancelled', continues: expect.any(String) });
  });
});
