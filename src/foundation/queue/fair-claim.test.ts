import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTenant } from '../vault/index.ts';
import { requestCancel } from './cancel.ts';
import { type ClaimRequest, claimRuns } from './claim.ts';
import { openTestQueue, type TestQueue } from './testing/open-test-queue.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
  for (const id of ['small', 'other']) await createTenant(queue.owner, queue.keys, { id, name: id });
});
afterEach(() => queue.owner.query(`DELETE FROM run; DELETE FROM run_limit`));
afterAll(() => queue?.drop());

/** Ready runs of a tenant, oldest first, made in one statement. */
async function ready(
  tenant: string,
  count: number,
  more: { lane?: number; agent?: string; age?: number } = {},
) {
  const { lane = 1, agent = 'support', age = 10 } = more;
  await queue.owner.query(
    `INSERT INTO run (id, tenant, class, agent, kind, version, principal, lane, ready_lane, budget, queued_at)
     SELECT gen_random_uuid(), $1, 'standard', $2, 'agent', 'v', 'ada', $3, $3, '{}',
       now() - make_interval(secs => $4 - n * 0.0001) FROM generate_series(1, $5) n`,
    [tenant, agent, lane, age, count],
  );
}

const limit = (tenant: string, agent: string, running: number) =>
  queue.owner.query(`INSERT INTO run_limit (tenant, agent, running, set_by) VALUES ($1, $2, $3, 'ada')`, [
    tenant,
    agent,
    running,
  ]);

/** How many runs of each tenant a claim takes. */
async function claim(request: ClaimRequest): Promise<Record<string, number>> {
  const claimed = await claimRuns(queue.pool, await queue.worker(), request);
  const by = Map.groupBy(claimed, ({ facts }) => facts.tenant);
  return Object.fromEntries([...by].map(([tenant, runs]) => [tenant, runs.length]));
}

describe('a claim among tenants', () => {
  it('gives each the same, however many runs one has', async () => {
    await ready('acme', 1_000);
    await ready('small', 5, { age: 1 });
    expect(await claim({ room: 8 })).toEqual({ acme: 4, small: 4 });
    expect(await claim({ room: 8 })).toEqual({ acme: 7, small: 1 });
  });

  it('lets those catch up that have less under way', async () => {
    await ready('acme', 20);
    await ready('small', 20);
    expect(await claim({ room: 6, busy: new Map([['acme', 4]]) })).toEqual({ acme: 1, small: 5 });
  });

  it('keeps a place beyond its room for one that has nothing under way', async () => {
    await ready('acme', 20);
    await ready('small', 20);
    const busy = new Map([['acme', 10]]);
    expect(await claim({ room: 0, reserve: 2, busy })).toEqual({ small: 1 });
    expect(await claim({ room: 0, reserve: 2, busy: new Map([...busy, ['small', 1]]) })).toEqual({});
  });

  it('takes the longest ready of each first', async () => {
    await ready('acme', 3);
    const { rows } = await queue.owner.query('SELECT id FROM run ORDER BY queued_at LIMIT 1');
    const [first] = await claimRuns(queue.pool, await queue.worker(), { room: 1 });
    expect(first?.facts.id).toBe(rows[0].id);
  });
});

describe('a claim within limits', () => {
  it('of a tenant leaves the rest to others', async () => {
    await limit('acme', '', 3);
    await ready('acme', 10);
    await ready('small', 10);
    expect(await claim({ room: 12 })).toEqual({ acme: 3, small: 9 });
    expect(await claim({ room: 12 })).toEqual({ small: 1 });
  });

  it('of an agent leaves the tenant’s other agents alone', async () => {
    await limit('acme', 'slow', 2);
    await ready('acme', 10, { agent: 'slow' });
    await ready('acme', 2, { agent: 'quick' });
    expect(await claim({ room: 12 })).toEqual({ acme: 4 });
    const { rows } = await queue.owner.query(
      `SELECT agent, count(*)::int FROM run WHERE status = 'running' GROUP BY agent ORDER BY agent`,
    );
    expect(rows).toEqual([
      { agent: 'quick', count: 2 },
      { agent: 'slow', count: 2 },
    ]);
  });

  it('of nothing stops a tenant altogether', async () => {
    await limit('acme', '', 0);
    await ready('acme', 3);
    expect(await claim({ room: 5 })).toEqual({});
  });

  it('holds back no run that is to be cancelled, outside its window neither', async () => {
    await limit('acme', '', 0);
    await ready('acme', 2, { lane: 2 });
    const { rows } = await queue.owner.query('SELECT id FROM run LIMIT 1');
    await queue.transaction((client) =>
      requestCancel(client, { tenant: 'acme', run: rows[0].id, principal: 'ada' }),
    );
    const claimed = await claimRuns(queue.pool, await queue.worker(), { room: 5, batch: false });
    expect(claimed.map(({ facts }) => facts.id)).toEqual([rows[0].id]);
  });

  it('puts what is to be cancelled before the rest of its own tenant, and not before others', async () => {
    await ready('acme', 30);
    await queue.owner.query('UPDATE run SET ready_lane = -1');
    await ready('acme', 10, { lane: 0 });
    await ready('small', 10, { lane: 0 });
    expect(await claim({ room: 10 })).toEqual({ acme: 5, small: 5 });
    const { rows } = await queue.owner.query(
      `SELECT count(*)::int FROM run WHERE status = 'running' AND ready_lane = -1`,
    );
    expect(rows[0].count).toBe(5);
  });

  it('is exact, however many workers claim at once', async () => {
    await limit('acme', '', 7);
    await ready('acme', 100);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim({ room: 5 })));
    expect(claims.reduce((sum, { acme = 0 }) => sum + acme, 0)).toBe(7);
  });
});

describe('a claim among lanes', () => {
  it('takes the urgent first, of whichever tenant', async () => {
    await ready('acme', 5, { age: 30 });
    await ready('small', 5, { lane: 0, age: 1 });
    expect(await claim({ room: 5 })).toEqual({ small: 5 });
  });

  it('counts a run that has waited for a minute as one of the lane above', async () => {
    await ready('acme', 1, { lane: 1, age: 61 });
    await ready('acme', 1, { lane: 0, age: 1 });
    await ready('small', 1, { lane: 2, age: 121 });
    expect(await claim({ room: 2 })).toEqual({ acme: 1, small: 1 });
  });

  it('leaves batch runs lying outside their window, unless they have begun', async () => {
    await ready('acme', 2, { lane: 2, age: 900 });
    await ready('small', 1, { lane: 2, age: 900 });
    await queue.owner.query(`UPDATE run SET ready_lane = 1 WHERE tenant = 'small'`);
    expect(await claim({ room: 5, batch: false })).toEqual({ small: 1 });
    expect(await claim({ room: 5 })).toEqual({ acme: 2 });
  });
});

describe('a claim among more tenants than it looks at', () => {
  it('comes to each of them, turn by turn', async () => {
    await queue.owner.query(
      `INSERT INTO run (id, tenant, class, agent, kind, version, principal, budget)
       SELECT gen_random_uuid(), 'tenant-' || n % 500, 'standard', 'support', 'agent', 'v', 'ada', '{}'
       FROM generate_series(1, 2000) n`,
    );
    const served = new Set<string>();
    for (let turn = 0; turn < 20; turn += 1)
      for (const tenant of Object.keys(await claim({ room: 100 }))) served.add(tenant);
    expect(served.size).toBe(500);
  });
});

describe('a claim behind a tenant with more agents than it looks at', () => {
  it('comes to those behind it all the same', async () => {
    await queue.owner.query(
      `INSERT INTO run (id, tenant, class, agent, kind, version, principal, budget)
       SELECT gen_random_uuid(), 'acme', 'standard', 'agent-' || n % 250, 'agent', 'v', 'ada', '{}'
       FROM generate_series(1, 1000) n`,
    );
    await ready('small', 5);
    let small = 0;
    for (let turn = 0; turn < 6; turn += 1) small += (await claim({ room: 10 })).small ?? 0;
    expect(small).toBe(5);
  });

  it('shares by tenant, not by agent', async () => {
    for (let agent = 0; agent < 50; agent += 1) await ready('acme', 2, { agent: `agent-${agent}` });
    await ready('small', 50);
    expect(await claim({ room: 40 })).toEqual({ acme: 20, small: 20 });
  });
});

describe('a claim over a long queue', () => {
  it('goes from group to group by the index, and reads no run that it does not consider', async () => {
    await ready('acme', 10_000);
    await ready('small', 1);
    await queue.owner.query('VACUUM ANALYZE run');
    const client = await queue.owner.connect();
    const read = async () => {
      const { rows } = await client.query(
        `SELECT idx_tup_fetch + seq_tup_read AS read FROM pg_stat_xact_user_tables WHERE relname = 'run'`,
      );
      return Number(rows[0].read);
    };
    await client.query('BEGIN');
    const before = await read();
    const { rows } = await client.query(
      `SELECT cardinality(next_runs(10, 0, '{}', '{}', true, interval '1 minute')) AS chosen`,
    );
    const after = await read();
    await client.query('COMMIT');
    client.release();
    expect(rows[0].chosen).toBe(10);
    expect(after - before).toBeLessThan(100);
  });
});
