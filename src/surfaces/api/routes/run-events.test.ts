import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import { publishDelta } from '../../../foundation/journal/index.ts';
import { createApi } from '../create-api.ts';
import type { Run } from '../schemas/run.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { type PlayedRun, takeRun } from '../testing/play-worker.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';
import { EventReader } from '../testing/read-events.ts';

let api: TestApi;
let key: string;
beforeAll(async () => {
  api = await openTestApi();
  key = await api.keyFor('acme', 'admin');
  await deploySupport(api, key);
});
afterAll(() => api.drop());

async function begin(): Promise<{ id: string; run: PlayedRun }> {
  const { id } = await bodyOf<Run>(
    await api.send(key, 'POST', '/v1/runs', { agent: 'support', input: 'hi' }),
  );
  return { id, run: await takeRun(api, id) };
}
const open = (id: string, headers: Record<string, string> = {}) =>
  api.send(key, 'GET', `/v1/runs/${id}/events`, undefined, headers);
const follow = async (id: string, headers?: Record<string, string>) =>
  new EventReader((await open(id, headers)).body);
const memo = (step: string, output: string) => ({
  meta: { kind: 'step.completed' as const, key: step, operation: 'memo' as const, outcome: 'ok' as const },
  body: { output },
});
const claimed = { meta: { kind: 'run.claimed' as const, epoch: 1, worker: 'w' } };
const succeed = (run: PlayedRun, output: string) =>
  run.settle({ status: 'succeeded' }, { meta: { kind: 'run.succeeded' }, body: { output } });

describe('the events of a run', () => {
  it('are its entries as they are written, and its end', async () => {
    const { id, run } = await begin();
    const response = await open(id);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = new EventReader(response.body);
    expect(await events.next()).toEqual({
      id: '0.0',
      event: 'entry',
      data: expect.objectContaining({
        kind: 'run.created',
        at: expect.any(Number),
        content: { input: 'hi' },
      }),
    });
    await run.record(claimed, memo('memo#0', 'one'));
    expect(await events.next()).toMatchObject({ id: '1.0', event: 'entry', data: { kind: 'run.claimed' } });
    expect(await events.next()).toMatchObject({
      id: '1.1',
      event: 'entry',
      data: { kind: 'step.completed', key: 'memo#0', content: { output: 'one' } },
    });
    await succeed(run, 'done');
    expect(await events.rest()).toMatchObject([
      { id: '2.0', event: 'entry', data: { kind: 'run.succeeded' } },
      { id: undefined, event: 'end', data: { id, status: 'succeeded', output: 'done' } },
    ]);
  });

  it('of a run that has ended come all at once', async () => {
    const { id, run } = await begin();
    await succeed(run, 'done');
    const events = await (await follow(id)).rest();
    expect(events.map(({ event }) => event)).toEqual(['entry', 'entry', 'end']);
  });

  it('go on after the one that was seen last', async () => {
    const { id, run } = await begin();
    await run.record(claimed, memo('memo#0', 'one'), memo('memo#1', 'two'));
    await succeed(run, 'done');
    const idsAfter = async (seen: string) =>
      (await (await follow(id, { 'last-event-id': seen })).rest()).map((event) => event.id ?? event.event);
    expect(await idsAfter('0.0')).toEqual(['1.0', '1.1', '1.2', '2.0', 'end']);
    expect(await idsAfter('1.1')).toEqual(['1.2', '2.0', 'end']);
    expect(await idsAfter('2.0')).toEqual(['end']);
    expect(await idsAfter('999.0')).toEqual(['end']);
    expect(await idsAfter('')).toHaveLength(6);
  });

  it('are read in pages, however long the journal is', async () => {
    const { id, run } = await begin();
    for (let index = 0; index < 230; index += 1) await run.record(memo(`memo#${index}`, 'x'));
    await succeed(run, 'done');
    const events = await (await follow(id)).rest();
    expect(events.map((event) => event.id)).toEqual([
      ...Array.from({ length: 232 }, (_, frame) => `${frame}.0`),
      undefined,
    ]);
  });

  it.each(['x', '1', '1.x', '-1.0', '1.0.0'])('cannot go on after what is no id: %s', async (seen) => {
    const { id } = await begin();
    expect(await refusalOf(await open(id, { 'last-event-id': seen }))).toEqual([400, 'invalid_request']);
  });

  it('carry a model’s text as it comes, to all who watch', async () => {
    const { id } = await begin();
    const readers = [await follow(id), await follow(id)];
    for (const reader of readers) await reader.next();
    const dataKey = await api.worker.keys.dataKey('acme', id);
    const text = 'Grüße ☎ '.repeat(1_000);
    const publish = (part: string) =>
      publishDelta(
        api.worker.store.pool,
        { id, tenant: 'acme', key: dataKey },
        { key: 'model#0', attempt: 1, text: part },
      );
    // The first may be lost while the API begins to listen; one that arrives shows that it does.
    const heard = Promise.all(readers.map((reader) => reader.next()));
    let arrived = false;
    void heard.then(() => {
      arrived = true;
    });
    while (!arrived) {
      await publish('•');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await heard).toEqual(
      Array(2).fill({ id: undefined, event: 'delta', data: { key: 'model#0', attempt: 1, text: '•' } }),
    );
    await publish(text);
    for (const reader of readers) {
      let received = '';
      while (received.length < text.length) {
        const event = await reader.next();
        received += String(event?.data.text).replaceAll('•', '');
      }
      expect(received).toBe(text);
      await reader.leave();
    }
  });

  it('go on when the database has cut every connection', async () => {
    const { id, run } = await begin();
    const events = await follow(id);
    await events.next();
    await api.owner.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await run.record(claimed);
    expect(await events.next()).toMatchObject({ id: '1.0' });
    await events.leave();
  });

  it('of a run whose content was erased keep the facts', async () => {
    const { id, run } = await begin();
    await succeed(run, 'secret');
    await api.owner.query('DELETE FROM data_key WHERE stream = $1', [id]);
    const events = await (await follow(id)).rest();
    expect(events.map(({ data }) => data.status ?? data.kind)).toEqual([
      'run.created',
      'run.succeeded',
      'succeeded',
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

describe('a stream of events', () => {
  const openOnClock = async () => {
    const clock = new ManualClock();
    const own = createApi({ ...api.parts, clock });
    const { id, run } = await begin();
    const response = await own.app.request(`/v1/runs/${id}/events`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return { clock, own, run, events: new EventReader(response.body) };
  };

  it('says every 15 seconds that it is alive', async () => {
    const { clock, own, run, events } = await openOnClock();
    await events.next();
    const next = events.next();
    await vi.waitFor(
      async () => {
        await clock.advance(15_000);
        expect(events.comments).toBeGreaterThanOrEqual(2);
      },
      { timeout: 10_000 },
    );
    await run.record(claimed);
    await vi.waitFor(
      async () => {
        await clock.advance(100);
        expect(await Promise.race([next, undefined])).toMatchObject({ id: '1.0' });
      },
      { timeout: 10_000 },
    );
    await own.close();
  });

  it('ends without a rest when its reader goes', async () => {
    const { clock, own, events } = await openOnClock();
    await events.next();
    const pending = events.next();
    await vi.waitFor(() => expect(clock.sleeping).toBe(2), { timeout: 10_000 });
    await events.leave();
    expect(await pending).toBeUndefined();
    await vi.waitFor(
      async () => {
        await clock.advance(100);
        // Neither a heartbeat nor a look at the database is left.
        expect(clock.sleeping).toBe(0);
      },
      { timeout: 10_000 },
    );
    await own.close();
  });

  it('ends when the server closes, to be taken up elsewhere', async () => {
    const { own, events } = await openOnClock();
    await events.next();
    const rest = events.rest();
    await own.close();
    expect(await rest).toEqual([]);
  });

  it('does not begin on a server that is closing', async () => {
    const { own, events } = await openOnClock();
    await own.close();
    await expect(events.next()).rejects.toMatchObject({ code: 'shutting_down' });
  });
});
