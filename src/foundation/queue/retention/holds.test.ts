import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HoldScope } from '../../../contract/retention.ts';
import { decodeFrame, readStreams } from '../../journal/index.ts';
import { inTenant, openStore, type Store } from '../../store/index.ts';
import { listHolds, releaseHold, setHold } from './holds.ts';
import { planRetention } from './plan.ts';
import { openTestRetention, TENANT, type TestRetention } from './testing/open-test-retention.ts';

let queue: TestRetention;
let api: Store;
let partition: string;
beforeEach(async () => {
  queue = await openTestRetention();
  api = openStore({ url: queue.url, role: 'bulkhead_api', connections: 3 });
  partition = await queue.partition('standard', 500);
});
afterEach(async () => {
  await api?.close();
  await queue?.drop();
});

async function hold(scope: HoldScope, target: string | null, tenant = TENANT) {
  const stream = await queue.openStream(tenant);
  return inTenant(api, tenant, (client) =>
    setHold(client, { stream, scope, target, reason: 'Case 7', principal: 'ann', now: 1 }),
  );
}
const release = async (id: string, tenant = TENANT) => {
  const stream = await queue.openStream(tenant);
  return inTenant(api, tenant, (client) => releaseHold(client, { stream, id, principal: 'bob', now: 2 }));
};
const waitingForHolds = (mode: 'ShareLock' | 'RowExclusiveLock') =>
  queue.count('pg_locks', `relation = 'hold'::regclass AND mode = '${mode}' AND NOT granted`);
const held = async () =>
  (await planRetention(queue.owner)).find((plan) => plan.partition === partition)?.held;

describe('a hold', () => {
  it.each(['run', 'session', 'subject', 'tenant'] as const)(
    'on a %s keeps its partition until it is released',
    async (scope) => {
      const run = await queue.aged({ age: 500, session: 'ann-chat', subject: 'customer-7' });
      await queue.aged({ age: 500, session: 'other', subject: 'customer-8' });
      const target = { run, session: 'ann-chat', subject: 'customer-7', tenant: null }[scope];
      const { id } = await hold(scope, target);
      const { dropped, kept } = await queue.apply();
      expect(dropped).toEqual([]);
      expect(kept.find((plan) => plan.partition === partition)?.reasons).toEqual([
        { reason: 'held', count: scope === 'tenant' ? 2 : 1 },
      ]);
      await release(id);
      expect((await queue.apply()).dropped).toEqual([partition]);
    },
  );

  it('on a run keeps its children at any depth, and the run that it continues as', async () => {
    const parent = await queue.aged({ age: 1 });
    const child = await queue.aged({ age: 500, parent: { run: parent, key: 'child#1' } });
    await queue.aged({ age: 500, parent: { run: child, key: 'child#1' } });
    const next = await queue.aged({ age: 500 });
    await queue.set(parent, { continued_as: next });
    await queue.aged({ age: 500 });
    await hold('run', parent);
    expect(await held()).toBe(3);
  });

  it('keeps its own tenant’s runs only', async () => {
    await queue.addTenant('globex');
    await queue.aged({ age: 500, session: 's', subject: 'c' });
    await hold('session', 's', 'globex');
    await hold('subject', 'c', 'globex');
    await hold('tenant', null, 'globex');
    expect(await held()).toBe(0);
  });

  it('is listed while it stands, and as a record once it is released', async () => {
    const set = await hold('subject', 'customer-7');
    expect(set).toMatchObject({ scope: 'subject', target: 'customer-7', reason: 'Case 7', setBy: 'ann' });
    const list = (released: boolean, tenant = TENANT) =>
      inTenant(api, tenant, (client) => listHolds(client, { released }));
    expect(await list(false)).toEqual([set]);
    await release(set.id);
    expect(await list(false)).toEqual([]);
    expect(await list(true)).toMatchObject([{ id: set.id, releasedBy: 'bob', releasedAt: expect.any(Date) }]);
    await queue.addTenant('globex');
    expect(await list(true, 'globex')).toEqual([]);
    await expect(release(set.id)).rejects.toMatchObject({ code: 'unknown_hold' });
  });

  it('is recorded in its tenant’s stream, whom it is about only under seal', async () => {
    const { id } = await hold('subject', 'customer-7');
    await release(id);
    const { id: stream, key } = await queue.openStream(TENANT);
    const frames = (await readStreams(queue.owner, 'permanent', [stream])).get(stream) ?? [];
    expect(frames.flatMap((frame) => decodeFrame(frame, key))).toEqual([
      {
        meta: { kind: 'hold.set', id, scope: 'subject', principal: 'ann', at: 1 },
        body: { detail: { target: 'customer-7', reason: 'Case 7' } },
      },
      { meta: { kind: 'hold.released', id, principal: 'bob', at: 2 } },
    ]);
    expect(frames.map(({ meta }) => meta).join()).not.toContain('customer-7');
  });

  it('needs a run that is there, of this tenant, and not being deleted already', async () => {
    const run = await queue.aged({ age: 500 });
    await queue.addTenant('globex');
    await expect(hold('run', crypto.randomUUID())).rejects.toMatchObject({ code: 'unknown_run' });
    await expect(hold('run', run, 'globex')).rejects.toMatchObject({ code: 'unknown_run' });
    const cut = queue.apply({
      onStep: (step) => {
        if (step === 'delete-runs') throw new Error('killed');
      },
    });
    await expect(cut).rejects.toThrow('killed');
    await expect(hold('run', run)).rejects.toMatchObject({ code: 'run_being_dropped' });
  });

  it('that comes while its partition is being closed waits, and is then told that it is too late', async () => {
    const run = await queue.aged({ age: 500 });
    const refused = await queue.transaction(async (client) => {
      // What closing does, up to its commit.
      await client.query('LOCK TABLE hold IN SHARE MODE');
      await client.query('UPDATE frame_partition SET closed_at = now() WHERE partition = $1', [partition]);
      const late = hold('run', run).catch((error: unknown) => error);
      while ((await waitingForHolds('RowExclusiveLock')) === 0);
      return { late };
    });
    expect(await refused.late).toMatchObject({ code: 'run_being_dropped' });
  });

  it('that is being set while a partition is judged comes before the judgement, or is refused', async () => {
    const run = await queue.aged({ age: 500 });
    const stream = await queue.openStream(TENANT);
    let applied: ReturnType<typeof queue.apply> | undefined;
    await inTenant(api, TENANT, async (client) => {
      await setHold(client, { stream, scope: 'run', target: run, reason: 'r', principal: 'p', now: 1 });
      // Not committed yet: nobody sees it.
      applied = queue.apply();
      let done = false;
      applied.finally(() => {
        done = true;
      });
      // Until retention waits for this transaction, or has not.
      while (!done && (await waitingForHolds('ShareLock')) === 0);
      expect(await queue.row(run)).toBeDefined();
    });
    expect((await applied)?.dropped).toEqual([]);
    expect(await queue.row(run)).toBeDefined();
  });
});
