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
};

export type Settled = { warns: boolean; amount: number; spent: number; ends: number };

/** Where workers lease slices of a tenant's budgets and say what they spent of them. */
export type Slices = {
  /** @returns undefined: there is no such limit */
  lease(key: SpendKey, least: number, wanted: number): Promise<Lease | undefined>;
  /** @returns undefined: the period is not known any more */
  settle(
    key: SpendKey,
    settlement: { starts: number; used: number; unused: number },
  ): Promise<Settled | undefined>;
};

/** bigint comes as text. */
type LeaseRow = Record<'granted' | 'amount' | 'leased' | 'spent', string> & { starts: Date; ends: Date };

/** The slices of a database. @param pool the worker's */
export function createSlices(pool: pg.Pool): Slices {
  return {
    async lease({ tenant, agent, period, unit }, least, wanted) {
      const { rows } = await pool.query<LeaseRow>({
        name: 'lease-spending',
        text: 'SELECT * FROM lease_spending($1, $2, $3, $4, $5, $6)',
        values: [tenant, agent, period, unit, least, wanted],
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
      };
    },
    async settle({ tenant, agent, period, unit }, { starts, used, unused }) {
      const { rows } = await pool.query<{ warns: boolean; amount: string | null; spent: string; ends: Date }>(
        {
          name: 'settle-spending',
          text: 'SELECT * FROM settle_spending($1, $2, $3, $4, $5, $6, $7)',
          values: [tenant, agent, period, unit, new Date(starts), used, unused],
        },
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      return {
        warns: row.warns,
        amount: Number(row.amount ?? 0),
        spent: Number(row.spent),
        ends: row.ends.getTime(),
      };
    },
  };
}
