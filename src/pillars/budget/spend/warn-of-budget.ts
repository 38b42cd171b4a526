import type pg from 'pg';
import { appendExclusive, type Stream } from '../../../foundation/journal/index.ts';
import { usdOf } from './nano-usd.ts';
import type { Told } from './pocket.ts';
import type { SpendKey } from './spend-limit.ts';
import { ownerOf } from './spend-owner.ts';

/**
 * Writes into the tenant's own journal that four fifths of a budget are spent.
 *
 * @param now milliseconds since the epoch
 */
export async function warnOfBudget(
  pool: pg.Pool,
  warning: { stream: Stream; limit: SpendKey; told: Told; now: number },
): Promise<void> {
  const { stream, limit, told, now } = warning;
  const { agent, period, unit } = limit;
  const value = (stored: number) => (unit === 'tokens' ? stored : usdOf(stored));
  const meta = {
    kind: 'budget.warned' as const,
    ...ownerOf(agent),
    period,
    unit: unit === 'tokens' ? ('tokens' as const) : ('usd' as const),
    amount: value(told.amount),
    spent: value(told.spent),
    starts: told.starts,
    ends: told.ends,
  };
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await appendExclusive(client, stream, [{ meta }], now);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
