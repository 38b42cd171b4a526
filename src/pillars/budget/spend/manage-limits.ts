import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import type { SpendPeriod, SpendUnit } from '../../../contract/spend.ts';
import { appendExclusive, type Stream } from '../../../foundation/journal/index.ts';
import { nanoUsd, usdOf } from './nano-usd.ts';
import type { SpendLimit, StoredUnit } from './spend-limit.ts';
import { ownerOf, ownerWord, type SpendOwner, showOwner } from './spend-owner.ts';

/** Which budget of the caller's tenant. */
export type BudgetName = SpendOwner & { period: SpendPeriod; unit: SpendUnit };

/** A budget and how it stands in the period that is now. Amounts are US dollars, or tokens. */
export type ShownBudget = {
  /** Null, as the key: of the tenant as a whole. */
  agent: string | null;
  /** The API key whose runs it is for. */
  key: string | null;
  period: SpendPeriod;
  unit: SpendUnit;
  amount: number;
  /** What was spent; brought up to date within a second. */
  spent: number;
  /** What workers hold for calls under way; what a dead one held comes back within a minute, as far as it was not spent. */
  held: number;
  left: number;
  whenSpent: SpendLimit['whenSpent'];
  renewsAt: Date;
  setBy: string;
  setAt: Date;
};

type Row = Omit<ShownBudget, 'agent' | 'key' | 'unit' | 'amount' | 'spent' | 'held' | 'left'> & {
  owner: string;
  unit: StoredUnit;
  amount: string;
  spent: string;
  leased: string;
};

const SELECT = `SELECT l.agent AS owner, l.period, l.unit, l.amount, l.when_spent AS "whenSpent",
    l.set_by AS "setBy", l.set_at AS "setAt", coalesce(p.spent, 0) AS spent, coalesce(p.leased, 0) AS leased,
    (date_trunc(l.period, now() AT TIME ZONE 'UTC') + ('1 ' || l.period)::interval) AT TIME ZONE 'UTC' AS "renewsAt"
  FROM spend_limit l LEFT JOIN spend_period p ON p.tenant = l.tenant AND p.agent = l.agent AND p.period = l.period
    AND p.unit = l.unit AND p.starts = date_trunc(l.period, now(), 'UTC')
  WHERE l.tenant = current_tenant()`;

/** The tenant's budgets: first its own as a whole, then those of its agents and keys by name. */
export async function listBudgets(client: pg.PoolClient): Promise<ShownBudget[]> {
  const { rows } = await client.query<Row>(`${SELECT} ORDER BY l.agent, l.period, l.unit`);
  return rows.map(shown);
}

/**
 * Sets what an agent or an API key may spend in a period, or the tenant when there is neither. It holds within two seconds. One that
 * is as it should be already stays as it is. Runs that wait for a budget look again.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @param request.now milliseconds since the epoch
 */
export async function setSpendLimit(
  client: pg.PoolClient,
  request: BudgetName & {
    stream: Stream;
    amount: number;
    whenSpent: SpendLimit['whenSpent'];
    principal: string;
    now: number;
  },
): Promise<ShownBudget> {
  const { stream, amount, whenSpent, principal, now } = request;
  const name = stored(request);
  const { rowCount } = await client.query(
    `INSERT INTO spend_limit AS l (tenant, agent, period, unit, amount, when_spent, set_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (tenant, agent, period, unit) DO UPDATE
     SET amount = excluded.amount, when_spent = excluded.when_spent, set_by = excluded.set_by, set_at = now()
     WHERE (l.amount, l.when_spent) IS DISTINCT FROM (excluded.amount, excluded.when_spent)`,
    [stream.tenant, ...name, request.unit === 'usd' ? nanoUsd(amount) : amount, whenSpent, principal],
  );
  if (rowCount === 1) {
    const meta = { kind: 'budget.set' as const, ...scopeOf(request), amount, whenSpent, principal };
    await appendExclusive(client, stream, [{ meta }], now);
    await wakeWaiting(client);
  }
  const { rows } = await client.query<Row>(
    `${SELECT} AND l.agent = $1 AND l.period = $2 AND l.unit = $3`,
    name,
  );
  const [set] = rows;
  if (set === undefined) throw new Error('A budget that was just set is not there');
  return shown(set);
}

/**
 * Ends a budget. Runs that wait for it look again.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @throws BulkheadError `unknown_budget`
 */
export async function clearSpendLimit(
  client: pg.PoolClient,
  request: BudgetName & { stream: Stream; principal: string; now: number },
): Promise<void> {
  const { stream, period, unit, principal, now } = request;
  const { rowCount } = await client.query(
    'DELETE FROM spend_limit WHERE tenant = $1 AND agent = $2 AND period = $3 AND unit = $4',
    [stream.tenant, ...stored(request)],
  );
  if (rowCount === 0) {
    throw new BulkheadError({
      code: 'unknown_budget',
      message: `There is no budget of ${showOwner(request)} in ${unit} by the ${period}. It may have been cleared already; see GET /v1/budgets.`,
      status: 404,
    });
  }
  const meta = { kind: 'budget.cleared' as const, ...scopeOf(request), principal };
  await appendExclusive(client, stream, [{ meta }], now);
  await wakeWaiting(client);
}

/** Their time comes now: the sweeper finds them. */
async function wakeWaiting(client: pg.PoolClient): Promise<void> {
  await client.query(
    `UPDATE run SET wake_at = now() WHERE tenant = current_tenant() AND status = 'waiting' AND wake_at > now()
       AND waiting_for @> '[{"for": "budget"}]'`,
  );
}

function scopeOf({ agent, key, period, unit }: BudgetName) {
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(key === undefined ? {} : { key }),
    period,
    unit,
  };
}

function stored({ period, unit, ...owner }: BudgetName): [string, SpendPeriod, StoredUnit] {
  return [ownerWord(owner), period, unit === 'usd' ? 'nano_usd' : 'tokens'];
}

function shown({ owner, amount, spent, leased, unit, ...row }: Row): ShownBudget {
  const { agent = null, key = null } = ownerOf(owner);
  const value = (text: number) => (unit === 'tokens' ? text : usdOf(text));
  return {
    agent,
    key,
    ...row,
    unit: unit === 'tokens' ? 'tokens' : 'usd',
    amount: value(Number(amount)),
    spent: value(Number(spent)),
    held: value(Math.max(0, Number(leased) - Number(spent))),
    left: value(Math.max(0, Number(amount) - Number(leased))),
  };
}
