import pg from 'pg';
import type { Duration } from '../../contract/duration.ts';
import {
  type AppliedRetention,
  applyRetention,
  listClasses,
  type PartitionPlan,
  planRetention,
  type RetentionRule,
  setClass,
} from '../../foundation/queue/retention/index.ts';
import { KeyRing, loadMasterKey, wrappedKeysOf } from '../../foundation/vault/index.ts';
import { tenantStream } from '../../pillars/identity/index.ts';
import type { InstallationOptions } from './manage-keys.ts';
import { openDatabase, prepareDatabase } from './open-database.ts';
import { TENANT } from './tenant.ts';

/** Retention of an installation, in the hands of whoever holds its database and its master key. */
export type RetentionDesk = {
  plan(): Promise<{ classes: RetentionRule[]; partitions: PartitionPlan[] }>;
  apply(): Promise<AppliedRetention>;
  set(name: string, keep: Duration): Promise<RetentionRule>;
};

/** Opens the database in its owner's own rights: neither the API nor a worker may delete. */
export async function withRetention<Result>(
  { environment, home }: InstallationOptions,
  work: (desk: RetentionDesk) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase({ environment, home, supervise: false, log: () => {} });
  const masterKey = await loadMasterKey({ environment, home });
  const pool = new pg.Pool({ connectionString: database.url, max: 4, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    const keys = new KeyRing(masterKey, wrappedKeysOf({ pool }));
    await prepareDatabase(database.url, keys, TENANT);
    const openStream = (tenant: string) => tenantStream(pool, keys, tenant);
    const principal = 'installation';
    return await work({
      plan: async () => ({ classes: await listClasses(pool), partitions: await planRetention(pool) }),
      apply: () => applyRetention({ pool, openStream, principal, now: Date.now() }),
      set: (name, keep) => set(pool, openStream, { name, keep, principal }),
    });
  } finally {
    await pool.end();
    await database.stop();
  }
}

async function set(
  pool: pg.Pool,
  openStream: (tenant: string) => ReturnType<typeof tenantStream>,
  request: { name: string; keep: Duration; principal: string },
): Promise<RetentionRule> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM tenant ORDER BY id');
  const streams = [];
  for (const { id } of rows) streams.push(await openStream(id));
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const rule = await setClass(client, { ...request, streams, now: Date.now() });
    await client.query('COMMIT');
    return rule;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
