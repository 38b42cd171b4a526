import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShownRun } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
let owner: pg.Pool;
beforeAll(async () => {
  world = await startWorld({ paces: { scheduleLookEvery: 200 } });
  owner = new pg.Pool({ connectionString: world.databaseUrl, max: 2 });
  await world.deploy(project('first'));
});
afterAll(async () => {
  await owner?.end();
  await world?.stop();
});

const project = (release: string) => `
import { workflow } from 'bulkhead';
import { z } from 'zod';

export const report = workflow({
  name: 'report', inputSchema: z.object({ of: z.string() }),
  run: async ({ of }) => ({ of, release: '${release}' }),
});
export const endless = workflow({
  name: 'endless', inputSchema: z.object({}),
  run: async (_, context) => context.sleep('1h'),
});
`;

type Scheduled = ShownRun & { schedule: { id: string; tick: string | null } | null; input: unknown };
type Schedule = {
  id: string;
  name: string;
  input: unknown;
  paused: boolean;
  nextTick: string | null;
  lastTick: string | null;
  lastRun: string | null;
  lastError: { code: string; message: string } | null;
  overlap: string;
};

let names = 0;
async function create(more: Record<string, unknown> = {}): Promise<Schedule> {
  names += 1;
  const answer = await world.client.send<Schedule>('POST', '/v1/schedules', {
    name: `schedule-${names}`,
    agent: 'report',
    input: { of: 'sales' },
    cron: '0 4 1 1 *',
    timezone: 'Europe/Berlin',
    ...more,
  });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}
const read = async (name: string) => (await world.client.send<Schedule>('GET', `/v1/schedules/${name}`)).body;

/** Lets a tick of the past be due, as if the clock had moved on. */
const letPass = (id: string, tick: string) =>
  owner.query('UPDATE schedule SET next_at = $2 WHERE id = $1', [id, tick]);

async function runsOf(id: string): Promise<Scheduled[]> {
  const { rows } = await owner.query<{ id: string }>('SELECT id FROM run WHERE schedule = $1 ORDER BY id', [
    id,
  ]);
  return Promise.all(rows.map((row) => world.client.show(row.id) as Promise<Scheduled>));
}

describe('a schedule', () => {
  it('starts a run at its tick, which says what started it', async () => {
    const { id, name } = await create({ subject: 'ann', lane: 'urgent', budget: { tokens: 5_000 } });
    await letPass(id, '2026-01-01T03:00:00Z');
    await expect.poll(() => runsOf(id), { timeout: 10_000 }).toHaveLength(1);
    const [run] = await runsOf(id);
    expect(await world.client.until(run?.id ?? '')).toMatchObject({
      status: 'succeeded',
      output: { of: 'sales', release: 'first' },
      lane: 'urgent',
      subject: 'ann',
      schedule: { id, tick: '2026-01-01T03:00:00.000Z' },
    });
    const [created] = await world.client.journal(run?.id ?? '');
    expect(created).toMatchObject({
      kind: 'run.created',
      schedule: { id, tick: Date.parse('2026-01-01T03:00:00Z') },
      budget: { tokens: 5_000 },
    });
    expect(await read(name)).toMatchObject({
      lastTick: '2026-01-01T03:00:00.000Z',
      lastRun: run?.id,
      lastError: null,
      nextTick: expect.stringMatching(/-01-01T03:00:00.000Z$/),
    });
  });

  it('ticks by itself', async () => {
    const { id } = await create({ cron: '* * * * * *' });
    await expect.poll(async () => (await runsOf(id)).length, { timeout: 15_000 }).toBeGreaterThan(1);
    const ticks = (await runsOf(id)).map(({ schedule }) => schedule?.tick);
    expect(new Set(ticks).size).toBe(ticks.length);
    await world.client.send('DELETE', `/v1/schedules/${id}`);
  });

  it('makes one run of many missed ticks', async () => {
    const { id, name } = await create({ cron: '0 * * * *', timezone: 'UTC' });
    await letPass(id, '2026-01-01T03:00:00Z');
    await expect.poll(() => runsOf(id), { timeout: 10_000 }).toHaveLength(1);
    const { lastTick, nextTick } = await read(name);
    expect(Date.parse(nextTick ?? '') - Date.parse(lastTick ?? '')).toBe(3_600_000);
    expect(Date.parse(nextTick ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('skips ticks while its run has not ended', async () => {
    const { id, name } = await create({ agent: 'endless', input: {} });
    await letPass(id, '2026-01-01T03:00:00Z');
    await expect.poll(() => runsOf(id), { timeout: 10_000 }).toHaveLength(1);
    await letPass(id, '2026-02-01T03:00:00Z');
    await expect
      .poll(async () => (await read(name)).nextTick, { timeout: 10_000 })
      .not.toContain('2026-02-01');
    expect(await runsOf(id)).toHaveLength(1);
    await world.client.send('POST', `/v1/runs/${(await runsOf(id))[0]?.id}/cancel`);
  });

  it('has a tick wait for its run to end where that is asked', async () => {
    const { id, name } = await create({ agent: 'endless', input: {}, overlap: 'queue' });
    await letPass(id, '2026-01-01T03:00:00Z');
    await expect.poll(() => runsOf(id), { timeout: 10_000 }).toHaveLength(1);
    const [first] = await runsOf(id);
    await letPass(id, '2026-01-01T03:00:01Z');
    await world.client.until(first?.id ?? '', ['waiting']);
    expect((await read(name)).nextTick).toContain('2026-01-01T03:00:01');
    await world.client.send('POST', `/v1/runs/${first?.id}/cancel`);
    await expect.poll(() => runsOf(id), { timeout: 10_000 }).toHaveLength(2);
    await world.client.send('POST', `/v1/runs/${(await runsOf(id))[1]?.id}/cancel`);
  });

  it('says in plain words why a tick made no run, and goes on', async () => {
    const { id, name } = await create();
    await owner.query("UPDATE schedule SET agent = 'gone' WHERE id = $1", [id]);
    await letPass(id, '2026-01-01T03:00:00Z');
    await expect
      .poll(async () => (await read(name)).lastError, { timeout: 10_000 })
      .toEqual({
        code: 'unknown_agent',
        message: expect.stringContaining('There is no agent or workflow "gone"'),
      });
    await owner.query("UPDATE schedule SET agent = 'report' WHERE id = $1", [id]);
    await letPass(id, '2026-01-02T03:00:00Z');
    await expect.poll(() => runsOf(id), { timeout: 10_000 }).toHaveLength(1);
    expect(await read(name)).toMatchObject({ lastError: null });
  });

  it('takes the version that is deployed at its tick', async () => {
    const { id } = await create();
    await world.deploy(project('second'));
    await letPass(id, '2026-01-01T03:00:00Z');
    await expect.poll(() => runsOf(id), { timeout: 10_000 }).toHaveLength(1);
    const [run] = await runsOf(id);
    expect(await world.client.until(run?.id ?? '')).toMatchObject({ output: { release: 'second' } });
  });

  it('keeps its input sealed', async () => {
    const { id } = await create({ input: { of: 'the-secret-project' } });
    const { rows } = await owner.query<{ row: string }>(
      `SELECT row_to_json(schedule)::text || encode(input, 'escape') AS row FROM schedule WHERE id = $1`,
      [id],
    );
    expect(rows[0]?.row).not.toContain('the-secret-project');
    expect(await read(id)).toMatchObject({ input: { of: 'the-secret-project' } });
  });
});

describe('people', () => {
  it('pause and resume a schedule; what passed meanwhile is not made up for', async () => {
    const { id, name } = await create({ cron: '0 * * * *' });
    const change = (body: object) => world.client.send<Schedule>('PATCH', `/v1/schedules/${name}`, body);
    expect(await change({ paused: true })).toMatchObject({
      status: 200,
      body: { paused: true, nextTick: null },
    });
    await letPass(id, '2026-01-01T03:00:00Z');
    const resumed = await change({ paused: false });
    expect(Date.parse(resumed.body.nextTick ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(await runsOf(id)).toEqual([]);
  });

  it('trigger it', async () => {
    const { id, name, nextTick } = await create({ paused: true });
    const headers = { 'idempotency-key': `trigger-${id}` };
    const send = () =>
      world.client.send<Scheduled>('POST', `/v1/schedules/${name}/trigger`, undefined, headers);
    const answer = await send();
    expect(answer).toMatchObject({ status: 202, body: { schedule: { id, tick: null } } });
    expect((await send()).body.id).toBe(answer.body.id);
    expect(await world.client.until(answer.body.id)).toMatchObject({ status: 'succeeded' });
    expect(await read(name)).toMatchObject({ lastRun: answer.body.id, nextTick, lastTick: null });
  });

  it('change what it starts', async () => {
    const { name } = await create();
    const change = (body: object) => world.client.send('PATCH', `/v1/schedules/${name}`, body);
    expect(await change({ input: { of: 'costs' }, session: 'tuesday' })).toMatchObject({
      status: 200,
      body: { input: { of: 'costs' }, session: 'tuesday' },
    });
    expect(await change({ session: null })).toMatchObject({ body: { session: null } });
    expect(await change({ input: { of: 7 } })).toMatchObject({
      status: 422,
      body: { code: 'invalid_input' },
    });
    expect(await change({ cron: 'never' })).toMatchObject({
      status: 422,
      body: { code: 'invalid_schedule' },
    });
  });

  it('find it in the list, by page, until it is deleted', async () => {
    const { id, name } = await create({ name: 'zzz-last' });
    const first = await world.client.send('GET', '/v1/schedules?limit=1');
    expect(first.body.nextCursor).toBeTypeOf('string');
    const rest = await world.client.send<{ schedules: Schedule[] }>(
      'GET',
      `/v1/schedules?limit=100&cursor=${first.body.nextCursor}`,
    );
    expect(rest.body.schedules.at(-1)).toMatchObject({ id, name });
    expect(await world.client.send('DELETE', `/v1/schedules/${name}`)).toMatchObject({ status: 204 });
    expect(await world.client.send('GET', `/v1/schedules/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'unknown_schedule' },
    });
  });

  it('are refused what could never run', async () => {
    const send = (more: object) =>
      world.client.send('POST', '/v1/schedules', {
        name: 'refused',
        agent: 'report',
        input: { of: 'x' },
        cron: '0 4 * * *',
        ...more,
      });
    expect(await send({ agent: 'nobody' })).toMatchObject({ status: 404, body: { code: 'unknown_agent' } });
    expect(await send({ input: 'text' })).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
    expect(await send({ timezone: 'Mars/Base' })).toMatchObject({
      status: 422,
      body: { code: 'invalid_schedule' },
    });
    expect(await send({ name: 'Not A Name' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
    const { name } = await create();
    expect(await send({ name })).toMatchObject({ status: 409, body: { code: 'schedule_exists' } });
  });

  it('get the same schedule for the same request with the same key', async () => {
    const body = { name: 'once', agent: 'report', input: { of: 'x' }, cron: '0 4 * * *' };
    const send = () =>
      world.client.send<Schedule>('POST', '/v1/schedules', body, { 'idempotency-key': 'schedule-once' });
    const [one, other] = [await send(), await send()];
    expect(other).toMatchObject({ status: 201, body: { id: one.body.id } });
  });

  it('are audited', async () => {
    const { id } = await create();
    await world.client.send('PATCH', `/v1/schedules/${id}`, { lane: 'batch' });
    await world.client.send('DELETE', `/v1/schedules/${id}`);
    const { rows } = await owner.query<{ meta: string }>(
      `SELECT meta FROM frame WHERE class = 'permanent' AND meta LIKE $1 ORDER BY frame`,
      [`%${id}%`],
    );
    expect(rows.flatMap(({ meta }) => JSON.parse(meta))).toMatchObject([
      { kind: 'schedule.created', schedule: id },
      { kind: 'schedule.changed', schedule: id, fields: ['lane'] },
      { kind: 'schedule.deleted', schedule: id },
    ]);
  });
});
