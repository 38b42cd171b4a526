import type pg from 'pg';
import type { SpendKey } from './spend-limit.ts';

/** What a worker was given out of a period. Times are milliseconds since the epoch, by the database's clock. */
export type Lease = {
  /** 0: the period does not hold as much. */
  granted: number;
  starts: number;
  ends: number;
  amount: number;
  /** Spent, or held by workers. */
  leased: number;
  spent: number;
  /** The worker's that has it. */
  epoch: number;
};

/**
 * From when on a worker's calls are not settled and told. Should it die, what they cost is read from its journals.
 */
export type OpenCalls = {
  /** When the oldest of them began, by the worker's clock, ms since the epoch. */
  mark: number;
  /** How long ago that was, ms. */
  age: number;
  /** What was told of those that began later. */
  told: number;
};

export type Settlement = {
  starts: number;
  used: number;
  unused: number;
  /** Of the worker whose slice it is. Absent: it is nobody's. */
  epoch?: number;
  /** Absent: as it was. */
  open?: OpenCalls;
};

export type Settled = { warns: boolean; amount: number; spent: number; ends: number };

/** Where workers lease slices of a tenant's budgets and say what they spent of them. */
export type Slices = {
  /** Under which this worker is registered now, if it is. */
  epoch(): number | undefined;
  /**
   * @param wish.at now, by the worker's clock
   * @returns undefined: there is no such limit
   */
  lease(key: SpendKey, wish: { least: number; wanted: number; at: number }): Promise<Lease | undefined>;
  /** @returns undefined: the period is not known any more, or the slice was taken back from a worker declared dead */
  settle(key: SpendKey, settlement: Settlement): Promise<Settled | undefined>;
};

/** bigint comes as text. */
type LeaseRow = Record<'granted' | 'amount' | 'leased' | 'spent', string> & { starts: Date; ends: Date };

/**
 * The slices of a database.
 *
 * @param pool the worker's
 * @param epoch under which the worker is registered now, if it is
 */
export function createSlices(pool: pg.Pool, epoch: () => number | undefined): Slices {
  return {
    epoch,
    async lease({ tenant, agent, period, unit }, { least, wanted, at }) {
      const own = epoch();
      if (own === undefined) throw new Error('This worker is not registered now, and may lease nothing.');
      const { rows } = await pool.query<LeaseRow>({
        name: 'lease-spending',
        text: 'SELECT * FROM lease_spending($1, $2, $3, $4, $5, $6, $7, $8)',
        values: [tenant, agent, period, unit, least, wanted, own, at],
      });
      const [row] = rows;
      if (row === undefined) return undefined;
      return {
        granted: Number(row.granted),
        starts: row.starts.getTime(),
        ends: row.ends.getTime(),
        amount: Number(row.amount),
        leased: Number(row.leased),
        spent: Number(row.spent),
        epoch: own,
      };
    },
    settle: (key, settlement) => settleSpending(pool, key, settlement),
  };
}

/** @returns as {@link Slices.settle} does */
export async function settleSpending(
  connection: pg.Pool | pg.ClientBase,
  { tenant, agent, period, unit }: SpendKey,
  { starts, used, unused, epoch, open }: Settlement,
): Promise<Settled | undefined> {
  const { rows } = await connection.query<{
    warns: boolean;
    amount: string | null;
    spent: string;
    ends: Date;
  }>({
    name: 'settle-spending',
    text: 'SELECT * FROM settle_spending($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
    values: [
      ...[tenant, agent, period, unit, new Date(starts), used, unused],
      ...[epoch ?? null, open?.age ?? null, open?.mark ?? null, open?.told ?? null],
    ],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    warns: row.warns,
    amount: Number(row.amount ?? 0),
    spent: Number(row.spent),
    ends: row.ends.getTime(),
  };
}
