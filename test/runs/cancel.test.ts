import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../src/surfaces/server.ts';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());
afterEach(() => {
  world.service.effects.length = 0;
});

/** Long before anything would end by itself. */
const SOON = 5_000;

const PROJECT = `
import { agent, tool, workflow } from 'bulkhead';
import { z } from 'zod';

const post = async (name, input, { fetch, idempotencyKey, abortSignal }) => {
  const response = await fetch('SERVICE/effects/' + name, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(input),
    signal: abortSignal,
  });
  if (!response.ok) throw new Error(name + ' answered ' + response.status);
  return response.json();
};
const place = z.object({ place: z.string() });
const write = { inputSchema: place, effect: 'write', network: ['SERVICE'] } as const;

const book = tool({
  ...write,
  description: 'Books a place',
  idempotent: true,
  execute: async (input, context) => ({ booking: (await post('book', input, context)).id }),
  compensate: (input, output, context) => post('unbook', { ...input, ...output }, context),
});
const wire = tool({
  ...write,
  description: 'Wires a deposit',
  execute: async (input, context) => ({ transfer: (await post('wire', input, context)).id }),
  compensate: (input, output, context) => post('unwire', { ...input, ...output }, context),
});
const note = tool({ ...write, description: 'Leaves a note', execute: (input, context) => post('note', input, context) });
let aborted = 0;
const untilAborted = (signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => { aborted += 1; reject(signal.reason); }));
let reminders = 0;
const remind = tool({
  ...write,
  description: 'Sends a reminder, at the second try',
  idempotent: true,
  execute: async (input, context) => {
    reminders += 1;
    if (reminders === 1) await untilAborted(context.abortSignal);
    return post('remind', input, context);
  },
});
const linger = tool({
  description: 'Stays until it is told to go',
  inputSchema: z.object({}),
  effect: 'read',
  execute: (_, { abortSignal }) => untilAborted(abortSignal),
});
const tools = { book, wire, note, remind, linger };
const travel = { policy: { effects: ['read', 'write'] }, tools, inputSchema: z.object({}) } as const;

export const trip = workflow({
  ...travel,
  name: 'trip',
  run: async (_, { tools }) => {
    await tools.book({ place: 'flight' });
    await tools.note({ place: 'fridge' });
    await tools.book({ place: 'hotel' });
    return tools.linger({});
  },
});
export const hasty = workflow({ ...travel, name: 'hasty', run: (_, { tools }) => tools.book({ place: 'boat' }) });
export const polite = workflow({ ...travel, name: 'polite', run: (_, { tools }) => tools.remind({ place: 'boat' }) });
export const rich = workflow({ ...travel, name: 'rich', run: (_, { tools }) => tools.wire({ place: 'boat' }) });
export const pending = workflow({
  ...travel,
  name: 'pending',
  run: async (_, { tools, review }) => {
    await tools.book({ place: 'flight' });
    return review({ title: 'Fly?' });
  },
});
export const sleeping = workflow({ ...travel, name: 'sleeping', run: (_, { sleep }) => sleep('1h') });
export const counting = workflow({ ...travel, name: 'counting', run: async () => aborted });
export const quick = workflow({ ...travel, name: 'quick', run: async () => 'done' });
export const talking = agent({ name: 'talking', instructions: 'Talk.', model: 'openai/gpt-5-mini' });
export const family = workflow({
  ...travel,
  name: 'family',
  run: async (_, context) => {
    await context.tools.book({ place: 'car' });
    return context.all({
      working: (inner) => inner.run(trip, {}),
      waiting: (inner) => inner.run(pending, {}),
      done: (inner) => inner.run(quick, {}),
    });
  },
});
export const careless = workflow({
  ...travel,
  name: 'careless',
  run: async (_, context) => {
    void context.run(sleeping, {});
    await context.sleep('20ms');
    return 'gone';
  },
});
`;

const cancel = (run: string) => world.client.send('POST', `/v1/runs/${run}/cancel`);
const kindsOf = async (run: string) => (await world.client.journal(run)).map(({ kind }) => kind);
/** The run once its journal holds an entry of this kind for this step. */
const reaches = (run: string, kind: string, key: string) =>
  expect
    .poll(
      async () => (await world.client.journal(run)).some((entry) => entry.kind === kind && entry.key === key),
      {
        timeout: 10_000,
      },
    )
    .toBe(true);
const effects = () =>
  world.service.effects.map(({ name, input }) => `${name} ${(input as { place: string }).place}`);

describe('a run that is cancelled', () => {
  it('aborts the tool that runs, and undoes what was done, newest first', async () => {
    const id = await world.client.submit('trip', {});
    await reaches(id, 'tool.started', 'tool:linger#1');
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'running' } });
    const run = await world.client.until(id, ['cancelled'], SOON);
    expect(run).toMatchObject({ status: 'cancelled', output: null, error: null, usage: { toolCalls: 4 } });
    expect(effects()).toEqual(['book flight', 'note fridge', 'book hotel', 'unbook hotel', 'unbook flight']);

    const [flight, , hotel, unHotel, unFlight] = world.service.effects;
    expect(unHotel?.input).toEqual({ place: 'hotel', booking: hotel?.id });
    expect(unFlight?.input).toEqual({ place: 'flight', booking: flight?.id });
    expect(
      new Set(world.service.effects.map(({ key }) => key)).size,
      'each effect has a key of its own',
    ).toBe(5);
    const journal = await world.client.journal(id);
    expect(journal.find(({ kind }) => kind === 'cancel.requested')).toMatchObject({
      principal: expect.any(String),
    });
    expect(journal.filter(({ compensates }) => compensates !== undefined)).toMatchObject([
      { key: 'tool:book#2/compensate', compensates: 'tool:book#2' },
      { key: 'tool:book#1/compensate', compensates: 'tool:book#1' },
    ]);
    expect(journal.at(-1)?.kind).toBe('run.cancelled');
    expect((await world.client.run('counting', {})).output, 'the tool heard its abortSignal').toBe(1);
  });

  it('asks again for a repeatable call that was cut off, and undoes it', async () => {
    world.service.fault('hang_after', { name: 'book' });
    const id = await world.client.submit('hasty', {});
    await expect.poll(effects).toEqual(['book boat']);
    await cancel(id);
    await world.client.until(id, ['cancelled'], SOON);
    expect(effects()).toEqual(['book boat', 'unbook boat']);
  });

  it('does not repeat a call that was cut off when it could not undo it', async () => {
    const id = await world.client.submit('polite', {});
    await reaches(id, 'tool.started', 'tool:remind#1');
    await cancel(id);
    await world.client.until(id, ['cancelled'], SOON);
    expect(effects()).toEqual([]);
  });

  it('asks a person about a call that was cut off and cannot be repeated, and undoes what they record', async () => {
    world.service.fault('hang_after', { name: 'wire' });
    const id = await world.client.submit('rich', {});
    await expect.poll(effects).toEqual(['wire boat']);
    await cancel(id);
    await world.client.until(id, ['waiting'], SOON);
    const review = await world.client.reviewOf(id);
    expect(review).toMatchObject({
      kind: 'unknown-outcome',
      tool: 'wire',
      content: { input: { place: 'boat' } },
    });
    await world.client.decide(review.id, 'record', { output: { transfer: 'T-9' } });
    await world.client.until(id, ['cancelled']);
    expect(world.service.effects.at(-1)).toMatchObject({
      name: 'unwire',
      input: { place: 'boat', transfer: 'T-9' },
    });
  });

  it('leaves alone what a person says did not happen', async () => {
    world.service.fault('hang_after', { name: 'wire' });
    const id = await world.client.submit('rich', {});
    await expect.poll(effects).toEqual(['wire boat']);
    await cancel(id);
    await world.client.until(id, ['waiting'], SOON);
    await world.client.decide((await world.client.reviewOf(id)).id, 'fail');
    await world.client.until(id, ['cancelled']);
    expect(effects()).toEqual(['wire boat']);
  });

  it('says so when something could not be undone, and undoes the rest', async () => {
    const id = await world.client.submit('trip', {});
    await reaches(id, 'tool.started', 'tool:linger#1');
    world.service.fault('server_error', { name: 'unbook' });
    await cancel(id);
    const run = await world.client.until(id, ['cancelled'], SOON);
    expect(run.error).toEqual({ code: 'tool_failed', message: 'unbook answered 503' });
    expect(effects().slice(3)).toEqual(['unbook flight']);
  });

  it('aborts the model call that is under way', async () => {
    world.openai.fault('hang');
    const id = await world.client.submit('talking', 'Hello?');
    await expect.poll(() => world.openai.requests.length).toBe(1);
    await cancel(id);
    await world.client.until(id, ['cancelled'], SOON);
    await expect.poll(() => world.openai.requests[0]?.aborted).toBe(true);
  });

  it('withdraws its pending reviews, and undoes what was done before them', async () => {
    const waiting = await world.client.run('pending', {});
    const review = await world.client.reviewOf(waiting.id);
    await cancel(waiting.id);
    await world.client.until(waiting.id, ['cancelled'], SOON);
    expect(effects()).toEqual(['book flight', 'unbook flight']);
    expect(await world.client.reviewsOf(waiting.id)).toEqual([]);
    expect(await world.client.decide(review.id, 'approved')).toMatchObject({
      status: 409,
      body: { code: 'review_withdrawn' },
    });
  });

  it('does not wait for its timer', async () => {
    const waiting = await world.client.run('sleeping', {});
    await cancel(waiting.id);
    expect(await world.client.until(waiting.id, ['cancelled'], SOON)).toMatchObject({ waitingFor: [] });
  });

  it('can be cancelled twice, until it has ended', async () => {
    const waiting = await world.client.run('sleeping', {});
    expect(
      (await Promise.all([cancel(waiting.id), cancel(waiting.id)])).map(({ status }) => status),
    ).toContain(202);
    await world.client.until(waiting.id, ['cancelled'], SOON);
    expect(await cancel(waiting.id)).toMatchObject({
      status: 409,
      body: { code: 'run_finished', detail: expect.stringContaining('already been cancelled') },
    });
  });
});

describe('a run with children', () => {
  it('cancels those that still run, and ends after they have undone what they did', async () => {
    const id = await world.client.submit('family', {});
    const childOf = async (branch: string) => {
      const started = (await world.client.journal(id)).find(
        ({ kind, key }) => kind === 'child.started' && key?.includes(`/${branch}#`),
      );
      return String(started?.child);
    };
    await expect.poll(() => childOf('working')).not.toBe('undefined');
    const [working, waiting] = [await childOf('working'), await childOf('waiting')];
    await reaches(working, 'tool.started', 'tool:linger#1');
    const review = await world.client.until(waiting, ['waiting']).then(() => world.client.reviewOf(waiting));

    await cancel(id);
    expect(await world.client.until(id, ['cancelled'], SOON)).toMatchObject({ error: null });
    expect((await world.client.show(working)).status).toBe('cancelled');
    expect((await world.client.show(waiting)).status).toBe('cancelled');
    expect(await world.client.decide(review.id, 'approved')).toMatchObject({ status: 409 });
    const undone = effects().filter((effect) => effect.startsWith('un'));
    expect(undone.slice(0, -1).sort()).toEqual(['unbook flight', 'unbook flight', 'unbook hotel']);
    expect(undone.at(-1), 'the parent’s own come last').toBe('unbook car');
    const completed = (await world.client.journal(id)).filter(({ kind }) => kind === 'child.completed');
    expect(completed.map(({ outcome }) => outcome).sort()).toEqual(['error', 'error', 'ok']);
  });

  it('leaves none behind that it did not wait for', async () => {
    const id = await world.client.submit('careless', {});
    expect(await world.client.until(id)).toMatchObject({ status: 'succeeded', output: 'gone' });
    const child = String(
      (await world.client.journal(id)).find(({ kind }) => kind === 'child.started')?.child,
    );
    await world.client.until(child, ['cancelled'], SOON);
  });
});

describe('a run that cannot be cancelled any more', () => {
  it('has finished: 409 run_finished', async () => {
    const run = await world.client.run('quick', {});
    expect(await cancel(run.id)).toMatchObject({
      status: 409,
      body: { code: 'run_finished', detail: expect.stringContaining('succeeded') },
    });
    expect(await kindsOf(run.id)).not.toContain('cancel.requested');
  });

  it('was never there: 404 unknown_run', async () => {
    for (const id of ['0197f6e0-0000-7000-8000-000000000000', 'nonsense']) {
      expect(await cancel(id)).toMatchObject({ status: 404, body: { code: 'unknown_run' } });
    }
  });
});

describe('a queued run', () => {
  it('is cancelled by the first worker that comes, without running its code', async () => {
    const apiOnly = await startWorld({ worker: false });
    try {
      await apiOnly.deploy(PROJECT);
      const id = await apiOnly.client.submit('hasty', {});
      expect((await apiOnly.client.send('POST', `/v1/runs/${id}/cancel`)).status).toBe(202);
      expect((await apiOnly.client.show(id)).status).toBe('queued');
      const { environment, home } = apiOnly;
      const worker = await startServer({
        environment,
        home,
        api: false,
        worker: true,
        dev: true,
        log: () => {},
      });
      try {
        await apiOnly.client.until(id, ['cancelled'], SOON);
        expect(apiOnly.service.calls).toEqual([]);
      } finally {
        await worker.stop();
      }
    } finally {
      await apiOnly.stop();
    }
  });
});
