import type pg from 'pg';
import type { Clock } from '../../../contract/clock.ts';
import { type Charge, chargesOf } from './charges-of-frames.ts';
import type { Told } from './pocket.ts';
import { type Settled, type Settlement, settleSpending } from './slices.ts';
import type { SpendKey } from './spend-limit.ts';
import { ownerWord } from './spend-owner.ts';

/**
 * So long after a worker is found dead its slices are left alone, ms: who was frozen may act on what it read of
 * itself two seconds before, and no longer.
 */
const GRACE = 10_000;
/** How much later than an entry its frame is looked for, by the database's clock. */
const MARGIN = '60 seconds';

type Row = SpendKey & {
  starts: Date;
  epoch: string;
  held: string;
  mark: string;
  told: string;
  over: boolean;
};
type Charged = Charge & { agent: string | null; principal: string | null };

/**
 * Gives back what dead workers held of budgets, less what their calls may have cost: the journal says which of them
 * ended, and an attempt without an end cost all that was set aside for it. Nothing is given back while a run may
 * still be the dead worker's, because nobody who took it up has written so: until then a worker that was only frozen
 * could go on with it.
 *
 * @param options.grace ms for which the slices of a worker that was found dead are left alone. Default 10,000
 * @param onWarning told of a budget of which four fifths are spent by that
 */
export function createReclaim({
  pool,
  clock,
  grace = GRACE,
}: {
  pool: pg.Pool;
  clock: Clock;
  grace?: number | undefined;
}): (onWarning: (limit: SpendKey, told: Told) => void) => Promise<void> {
  /** When each was first seen dead. */
  let dead = new Map<number, number>();
  return async (onWarning) => {
    const { rows } = await pool.query<{ tenant: string; epoch: string }>({
      name: 'dead-slices',
      text: `SELECT DISTINCT s.tenant, s.epoch FROM spend_slice s
        WHERE NOT EXISTS (SELECT FROM worker w WHERE w.epoch = s.epoch)`,
    });
    const now = clock.now();
    dead = new Map(rows.map(({ epoch }) => [Number(epoch), dead.get(Number(epoch)) ?? now]));
    for (const { tenant, epoch } of rows) {
      if (now - (dead.get(Number(epoch)) ?? now) < grace) continue;
      for (const [limit, told] of await reclaimOf(pool, tenant, Number(epoch))) onWarning(limit, told);
    }
  };
}

/** All slices of one worker and tenant, or none. */
async function reclaimOf(pool: pg.Pool, tenant: string, epoch: number): Promise<[SpendKey, Told][]> {
  const { rows } = await pool.query<Row>(
    `SELECT s.*, s.starts < date_trunc(s.period, now(), 'UTC') AS over FROM spend_slice s
     WHERE s.tenant = $1 AND s.epoch = $2`,
    [tenant, epoch],
  );
  if (await mayGoOn(pool, tenant, epoch)) return [];
  const charges = rows.some(({ over }) => !over) ? await readCharges(pool, tenant, epoch) : [];
  const warnings: [SpendKey, Told][] = [];
  for (const row of rows) {
    const held = Number(row.held);
    // Of a period that is over nobody is helped by less than all.
    const used = row.over ? held : Math.min(held, Math.max(0, sumOf(row, charges) - Number(row.told)));
    const starts = row.starts.getTime();
    const settled = await settleUnchanged(pool, row, { starts, epoch, used, unused: held - used });
    if (settled?.warns) warnings.push([row, { ...settled, starts }]);
  }
  return warnings;
}

/** Settles a slice that is as it was read: the dead worker may have said more of it, and others may have taken it back. */
async function settleUnchanged(
  pool: pg.Pool,
  row: Row,
  settlement: Settlement,
): Promise<Settled | undefined> {
  const { tenant, agent, period, unit, starts, epoch } = row;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // In the order in which leases lock them.
    await client.query(
      `SELECT FROM spend_period WHERE tenant = $1 AND agent = $2 AND period = $3 AND unit = $4 AND starts = $5
       FOR UPDATE`,
      [tenant, agent, period, unit, starts],
    );
    const { rowCount } = await client.query(
      `SELECT FROM spend_slice WHERE tenant = $1 AND agent = $2 AND period = $3 AND unit = $4 AND starts = $5
         AND epoch = $6 AND (held, mark, told) = ($7, $8, $9)`,
      [tenant, agent, period, unit, starts, epoch, row.held, row.mark, row.told],
    );
    const settled = rowCount === 1 ? await settleSpending(client, row, settlement) : undefined;
    await client.query('COMMIT');
    client.release();
    return settled;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Whether a run's newest frame is still the dead worker's, and the run neither waits nor has ended. */
async function mayGoOn(pool: pg.Pool, tenant: string, epoch: number): Promise<boolean> {
  const { rows } = await pool.query<{ may: boolean }>(
    `SELECT EXISTS (SELECT FROM run r WHERE r.tenant = $1 AND r.status IN ('queued', 'running')
       AND r.started_at IS NOT NULL AND $2 = (SELECT f.epoch FROM frame f
         WHERE f.class = r.class AND f.stream = r.id ORDER BY f.frame DESC LIMIT 1)) AS may`,
    [tenant, epoch],
  );
  return rows[0]?.may !== false;
}

async function readCharges(pool: pg.Pool, tenant: string, epoch: number): Promise<Charged[]> {
  const { rows } = await pool.query<{
    stream: string;
    agent: string | null;
    principal: string | null;
    metas: string[];
  }>(
    `SELECT f.stream, r.agent, r.principal, array_agg(f.meta ORDER BY f.frame) AS metas
     FROM frame f LEFT JOIN run r ON r.id = f.stream
     WHERE f.tenant = $1 AND f.epoch = $2 AND f.written_at >= (SELECT min(s.since) FROM spend_slice s
       WHERE s.tenant = $1 AND s.epoch = $2) - interval '${MARGIN}'
     GROUP BY f.stream, r.agent, r.principal`,
    [tenant, epoch],
  );
  return rows.flatMap(({ agent, principal, metas }) =>
    chargesOf(metas.flatMap((meta) => JSON.parse(meta))).map((charge) => ({ ...charge, agent, principal })),
  );
}

/** What a budget's calls were charged that began since it was last told of all. In doubt whose a call was, it counts. */
function sumOf({ agent: owner, unit, mark }: Row, charges: readonly Charged[]): number {
  return charges
    .filter(({ at, agent, principal }) => {
      const owners = [null, agent, principal === null ? null : ownerWord({ key: principal })];
      return at >= Number(mark) && (owner === '' || agent === null || owners.includes(owner));
    })
    .reduce((sum, { costs }) => sum + costs[unit], 0);
}
