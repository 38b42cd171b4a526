import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase } from '../../../../test/database/index.ts';
import { DEFAULT_BUDGET } from '../../../contract/budget.ts';
import { openStore } from '../../store/index.ts';
import { createTenant, KeyRing, wrappedKeysOf } from '../../vault/index.ts';
import { createRun, type NewRun } from '../create-run.ts';
import { registerWorker } from '../worker-lease.ts';

export const TENANT = 'acme';

export type TestQueue = {
  url: string;
  /** With a worker's rights. */
  pool: pg.Pool;
  /** As the database's owner. */
  owner: pg.Pool;
  keys: KeyRing;
  /** A key ring of another process. */
  freshKeys(): KeyRing;
  create(more?: Partial<NewRun>): Promise<string>;
  /** A worker whose lease lasts for so many ms from now; below 0 it has passed already. */
  worker(lease?: number): Promise<{ worker: string; epoch: number }>;
  set(run: string, columns: Record<string, unknown>): Promise<void>;
  row(run: string): Promise<Record<string, unknown>>;
  /** One transaction as the owner. */
  transaction<Result>(
    work: (client: pg.PoolClient) => Promise<Result>,
    end?: 'COMMIT' | 'ROLLBACK',
  ): Promise<Result>;
  drop(): Promise<void>;
};

/** A queue with one tenant on a database of its own. */
export async function openTestQueue(): Promise<TestQueue> {
  const database = await createTestDatabase();
  const store = openStore({ url: database.url, role: 'bulkhead_worker' });
  const owner = new pg.Pool({ connectionString: database.url, max: 10 });
  owner.on('error', () => undefined);
  const masterKey = randomBytes(32);
  const freshKeys = () => new KeyRing(masterKey, wrappedKeysOf(store));
  const keys = freshKeys();
  await createTenant(owner, keys, { id: TENANT, name: 'Acme' });
  return {
    url: database.url,
    pool: store.pool,
    owner,
    keys,
    freshKeys,
    async create(more = {}) {
      const { id } = await createRun(store.pool, keys, newRun(more));
      return id;
    },
    async worker(lease = 60_000) {
      const worker = randomUUID();
      return { worker, epoch: await registerWorker(store.pool, worker, lease) };
    },
    async set(run, columns) {
      const names = Object.keys(columns).map((name, index) => `${name} = $${index + 2}`);
      await owner.query(`UPDATE run SET ${names.join(', ')} WHERE id = $1`, [run, ...Object.values(columns)]);
    },
    row: async (run) => (await owner.query('SELECT * FROM run WHERE id = $1', [run])).rows[0],
    async transaction(work, end = 'COMMIT') {
      const client = await owner.connect();
      try {
        await client.query('BEGIN');
        const result = await work(client);
        await client.query(end);
        return result;
      } finally {
        client.release();
      }
    },
    async drop() {
      await store.close();
      await owner.end();
      await database.drop();
    },
  };
}

export function newRun(more: Partial<NewRun> = {}): NewRun {
  return {
    tenant: TENANT,
    agent: 'support',
    kind: 'agent',
    version: 'f'.repeat(64),
    principal: 'ada',
    lane: 'normal',
    budget: DEFAULT_BUDGET,
    input: 'Where is my order?',
    ...more,
  };
}
