import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeFrame, readStreams, verifyChain } from '../../journal/index.ts';
import { openInbox } from '../inbox.ts';
import { TABLES_OF_RUNS } from './delete-runs.ts';
import { planRetention } from './plan.ts';
import { daysAgo, openTestRetention, TENANT, type TestRetention } from './testing/open-test-retention.ts';

let queue: TestRetention;
beforeEach(async () => {
  queue = await openTestRetention();
});
afterEach(() => queue?.drop());

const planOf = async (partition: string) =>
  (await planRetention(queue.owner)).find((plan) => plan.partition === partition);
const there = async (run: string) => (await queue.row(run)) !== undefined;
const recordsOf = async (tenant = TENANT) => {
  const { id, key } = await queue.openStream(tenant);
  const frames = (await readStreams(queue.owner, 'permanent', [id])).get(id) ?? [];
  verifyChain(frames);
  return frames.flatMap((frame) => decodeFrame(frame, key)).map(({ meta }) => meta);
};

describe('a partition', () => {
  it('of which every run is terminal, expired and not held is dropped, with all that is its runs’', async () => {
    const partition = await queue.partition('standard', 500);
    const runs = [
      await queue.aged({ age: 500, subject: 'customer-7', webhook: 'https://example.com' }),
      await queue.aged({ age: 500, status: 'failed' }),
      await queue.aged({ age: 500, status: 'cancelled' }),
    ];
    const young = await queue.aged({ age: 1, subject: 'customer-7' });
    await queue.owner.query(
      `INSERT INTO webhook_delivery (tenant, run, url, event, status) VALUES ($1, $2, 'u', 'e', 'delivered')`,
      [TENANT, runs[0]],
    );
    await queue.owner.query(
      `INSERT INTO inbox (run, number, tenant, kind, meta) VALUES ($2, 1, $1, 'cancel', '{}')`,
      [TENANT, runs[0]],
    );
    await queue.owner.query(
      `INSERT INTO review (id, tenant, run, kind, agent, step_key, binding, content, expires_at, status)
       VALUES (gen_random_uuid(), $1, $2, 'answer', 'a', 'k', 'b', '', now(), 'expired')`,
      [TENANT, runs[0]],
    );
    expect(await planOf(partition)).toMatchObject({
      class: 'standard',
      from: expect.any(Date),
      to: expect.any(Date),
      runs: 3,
      frames: 6,
      bytes: expect.any(Number),
      terminal: 3,
      expired: 3,
      held: 0,
      verdict: 'drop',
      reasons: [],
    });

    expect((await queue.apply()).dropped).toEqual([partition]);
    for (const [table, column] of Object.entries(TABLES_OF_RUNS)) {
      expect(await queue.count(table, `${column} = ANY('{${runs.join()}}')`), table).toBe(0);
    }
    expect(await queue.count('frame', `stream = ANY('{${runs.join()}}')`)).toBe(0);
    expect(await queue.count('pg_class', `relname = '${partition}'`)).toBe(0);
    expect(await planOf(partition)).toBeUndefined();
    expect(await there(young)).toBe(true);
    expect(await queue.count('run_subject')).toBe(1);
    expect((await queue.apply()).dropped).toEqual([]);
  });

  it.each([
    ['has not finished', 'not-finished', { age: 500, status: 'waiting' }, {}],
    ['ended too lately', 'not-expired', { age: 500 }, { finished_at: daysAgo(300) }],
  ] as const)('with one run that %s stays as it is', async (_, reason, run, columns) => {
    const partition = await queue.partition('standard', 500);
    const over = await queue.aged({ age: 500 });
    const other = await queue.aged(run);
    if (Object.keys(columns).length > 0) await queue.set(other, columns);
    expect(await planOf(partition)).toMatchObject({ verdict: 'keep', reasons: [{ reason, count: 1 }] });
    const { dropped, kept } = await queue.apply();
    expect(dropped).toEqual([]);
    expect(kept.find((plan) => plan.partition === partition)?.reasons).toEqual([{ reason, count: 1 }]);
    expect(await there(over)).toBe(true);
    expect(await queue.count('frame', `stream = '${over}'`)).toBe(2);
  });

  it('whose runs a parent still waits for, or whose end is not told yet, stays', async () => {
    const partition = await queue.partition('standard', 500);
    const parent = await queue.aged({ age: 1, status: 'waiting' });
    await queue.aged({ age: 500, parent: { run: parent, key: 'child#1' } });
    const untold = await queue.aged({ age: 500 });
    await queue.owner.query(
      `INSERT INTO webhook_delivery (tenant, run, url, event) VALUES ($1, $2, 'u', 'e')`,
      [TENANT, untold],
    );
    await queue.owner.query(
      `INSERT INTO intake_message (tenant, source, message, body_hash, run, last_run, reply_to, reply)
       VALUES ($1, 's', 'm', '', $2, $2, 'q', 'pending')`,
      [TENANT, await queue.aged({ age: 500 })],
    );
    expect((await planOf(partition))?.reasons).toEqual([
      { reason: 'parent-not-finished', count: 1 },
      { reason: 'answer-pending', count: 2 },
    ]);
    expect((await queue.apply()).dropped).toEqual([]);
  });

  it('with frames of runs that nobody knows stays: nothing says that they ended', async () => {
    const partition = await queue.partition('standard', 500);
    const run = await queue.aged({ age: 500 });
    await queue.owner.query('DELETE FROM run WHERE id = $1', [run]);
    expect((await planOf(partition))?.reasons).toEqual([{ reason: 'unknown-runs', count: 1 }]);
    expect((await queue.apply()).dropped).toEqual([]);
  });

  it('expires as its class says: the short one sooner, the permanent one never', async () => {
    const short = await queue.partition('short', 60);
    const standard = await queue.partition('standard', 60);
    const gone = await queue.aged({ age: 60, retention: 'short' });
    const kept = await queue.aged({ age: 60 });
    const permanent = await queue.aged({ age: 5_000, retention: 'permanent' });
    expect((await planOf('frame_permanent'))?.reasons).toEqual([{ reason: 'kept-for-ever' }]);
    expect((await queue.apply()).dropped).toEqual([short]);
    expect([await there(gone), await there(kept), await there(permanent)]).toEqual([false, true, true]);
    await queue.owner.query("UPDATE retention_class SET keep_days = 1 WHERE name = 'standard'");
    expect((await queue.apply()).dropped).toEqual([standard]);
    expect(await there(kept)).toBe(false);
  });

  it.each([
    [
      'a hold is set',
      () =>
        queue.owner.query(
          "INSERT INTO hold (tenant, scope, reason, set_by) VALUES ('acme', 'tenant', 'r', 's')",
        ),
    ],
    ['its class is kept longer', () => queue.owner.query('UPDATE retention_class SET keep_days = 5000')],
    ['a run of it begins', () => queue.aged({ age: 500, status: 'queued' })],
  ])('stays when after the plan was made %s: no plan is trusted', async (_, change) => {
    const partition = await queue.partition('standard', 500);
    const run = await queue.aged({ age: 500 });
    expect((await planOf(partition))?.verdict).toBe('drop');
    const { dropped } = await queue.apply({
      async onStep(step) {
        if (step === 'drop') await change();
      },
    });
    expect(dropped).toEqual([]);
    expect(await there(run)).toBe(true);
    expect(await recordsOf()).toEqual([]);
  });

  it('leaves a record in the stream of each tenant that it held runs of', async () => {
    await queue.addTenant('globex');
    await queue.addTenant('initech');
    await queue.partition('standard', 500);
    await Promise.all([
      queue.aged({ age: 500 }),
      queue.aged({ age: 500 }),
      queue.aged({ age: 500, tenant: 'globex' }),
    ]);
    const { rows } = await queue.owner.query(
      `SELECT encode(sha256(string_agg(uuid_send(stream) || hash, ''::bytea ORDER BY stream)), 'hex') AS heads
       FROM frame WHERE tenant = $1 AND class = 'standard' AND frame = 1`,
      [TENANT],
    );
    await queue.apply({ principal: 'ann' });
    expect(await recordsOf()).toEqual([
      {
        kind: 'retention.dropped',
        at: expect.any(Number),
        class: 'standard',
        from: expect.any(Number),
        to: expect.any(Number),
        runs: 2,
        frames: 4,
        heads: rows[0].heads,
        principal: 'ann',
      },
    ]);
    expect(await recordsOf('globex')).toMatchObject([{ kind: 'retention.dropped', runs: 1, frames: 2 }]);
    expect(await recordsOf('initech')).toEqual([]);
  });
});

describe('a run that was dropped', () => {
  it('takes no late frame and no message', async () => {
    await queue.partition('standard', 500);
    const run = await queue.aged({ age: 500 });
    await queue.apply();
    const late = queue.pool.query(
      `INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta)
       VALUES ('standard', $1, 2, $2, 1, '', '', '[]')`,
      [run, TENANT],
    );
    await expect(late).rejects.toThrow(`run ${run} is not there any more`);
    const inbox = await queue.transaction((client) => openInbox(client, run));
    expect(inbox.status).toBe('unknown');
  });
});

describe('the rest of a class', () => {
  it('is not dropped: its runs that are over are deleted one by one, and recorded', async () => {
    const over = await queue.aged({ age: 3_000 });
    const waiting = await queue.aged({ age: 3_000, status: 'waiting' });
    expect(await planOf('frame_standard_rest')).toMatchObject({ runs: 2, verdict: 'sweep' });
    expect(await queue.apply()).toMatchObject({ dropped: [], swept: { standard: 1 } });
    expect([await there(over), await there(waiting)]).toEqual([false, true]);
    expect(await queue.count('frame', `stream = '${over}'`)).toBe(0);
    expect(await queue.count('frame', `stream = '${waiting}'`)).toBe(2);
    expect(await recordsOf()).toMatchObject([{ kind: 'retention.dropped', runs: 1, frames: 2 }]);
    expect(await recordsOf()).not.toMatchObject([{ from: expect.anything() }]);
  });
});

describe('what is of no use after its day', () => {
  it('goes too: old idempotency keys, and deliveries that are done', async () => {
    const run = await queue.aged({ age: 1, status: 'waiting' });
    await queue.owner.query(
      `INSERT INTO idempotency_key (tenant, key, request_hash, created_at)
       SELECT 'acme', name, '', now() - age FROM (VALUES ('old', interval '2 days'), ('new', interval '0')) AS v(name, age)`,
    );
    await queue.owner.query(
      `INSERT INTO webhook_delivery (tenant, run, url, event, status, created_at)
       SELECT 'acme', $1, 'u', name, status, now() - age FROM (VALUES ('a', 'delivered', interval '8 days'),
         ('b', 'given-up', interval '8 days'), ('c', 'pending', interval '8 days'), ('d', 'delivered', interval '1 day')
       ) AS v(name, status, age)`,
      [run],
    );
    await queue.owner.query(
      `INSERT INTO intake_message (tenant, source, message, body_hash, run, last_run, received_at)
       SELECT 'acme', 's', name, '', $1, $1, now() - age FROM (VALUES ('old', interval '31 days'), ('new', interval '20 days')) AS v(name, age)`,
      [run],
    );
    expect((await queue.apply()).cleaned).toEqual({
      idempotencyKeys: 1,
      webhookDeliveries: 2,
      intakeMessages: 1,
    });
    expect(await queue.count('idempotency_key')).toBe(1);
    expect(await queue.count('intake_message')).toBe(1);
    expect(await queue.count('webhook_delivery')).toBe(2);
  });
});
