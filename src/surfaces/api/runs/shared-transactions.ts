import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import { inTenant, type Store } from '../../../foundation/store/index.ts';

/** Two: one commit waits for the disk while the next is filled. */
const AT_ONCE_OF_TENANT = 2;
/** Pieces of work in one transaction at most: bounds how long the first one waits for the last. */
const IN_ONE_TRANSACTION = 32;

type Work = (client: pg.PoolClient) => Promise<unknown>;
type Waiting = { work: Work; resolve: (result: unknown) => void; reject: (error: unknown) => void };
type Settled = { ok: true; result: unknown } | { ok: false; error: unknown };
type Queue = { waiting: Waiting[]; running: number };

/** Does work in a transaction of the tenant's. */
export type InTransaction = <Result>(
  tenant: string,
  work: (client: pg.PoolClient) => Promise<Result>,
) => Promise<Result>;

/**
 * Group commit: work of one tenant that comes together shares a transaction, and so its round trips and
 * its wait for the disk. Each piece answers when that transaction is committed.
 *
 * A piece that throws a BulkheadError must have written nothing: it alone fails. Any other error undoes
 * the transaction, and every piece is done again in a transaction of its own.
 */
export function createSharedTransactions(store: Store): InTransaction {
  const queues = new Map<string, Queue>();

  const pump = (tenant: string, queue: Queue) => {
    while (queue.waiting.length > 0 && queue.running < AT_ONCE_OF_TENANT) {
      const group = queue.waiting.splice(0, IN_ONE_TRANSACTION);
      queue.running += 1;
      void commit(store, tenant, group).finally(() => {
        queue.running -= 1;
        if (queue.running === 0 && queue.waiting.length === 0) queues.delete(tenant);
        else pump(tenant, queue);
      });
    }
  };

  return <Result>(tenant: string, work: (client: pg.PoolClient) => Promise<Result>) =>
    new Promise<Result>((resolve, reject) => {
      const queue = queues.get(tenant) ?? { waiting: [], running: 0 };
      queues.set(tenant, queue);
      queue.waiting.push({ work, resolve: (result) => resolve(result as Result), reject });
      // What the same turn of the event loop brings travels together.
      if (queue.waiting.length === 1) setImmediate(pump, tenant, queue);
    });
}

async function commit(store: Store, tenant: string, group: readonly Waiting[]): Promise<void> {
  try {
    const settled = await inTenant(store, tenant, async (client) => {
      const results: Settled[] = [];
      for (const { work } of group) results.push(await attempt(work, client));
      return results;
    });
    for (const [index, outcome] of settled.entries()) {
      if (outcome.ok) group[index]?.resolve(outcome.result);
      else group[index]?.reject(outcome.error);
    }
  } catch (error) {
    const [only] = group;
    if (group.length === 1 || (BulkheadError.isInstance(error) && error.code === 'database_unreachable')) {
      for (const { reject } of group) reject(error);
    } else if (only !== undefined) {
      for (const waiting of group) await commit(store, tenant, [waiting]);
    }
  }
}

async function attempt(work: Work, client: pg.PoolClient): Promise<Settled> {
  try {
    return { ok: true, result: await work(client) };
  } catch (error) {
    if (BulkheadError.isInstance(error)) return { ok: false, error };
    throw error;
  }
}
