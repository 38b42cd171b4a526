import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import type { Migration } from './migration-files.ts';
import { CREATE_SCHEMA_MIGRATION } from './schema-migration.ts';

/** How long workers may take to end their calls and hand their runs back. Milliseconds. */
const PATIENCE = 30_000;
const LOOK_EVERY = 200;

/**
 * Announces a migration that older code cannot live with, and waits until no worker with older code holds a
 * lease: such a worker sees the announcement, hands its runs back and stops. So none of its statements ever
 * meets a schema that it does not know. A migration that older code can read asks nobody to go.
 *
 * @throws BulkheadError `workers_not_stopped`; the announcement is taken back
 */
export async function makeWay(
  client: pg.ClientBase,
  migration: Migration,
  patience = PATIENCE,
): Promise<void> {
  if (migration.number === 1 || !(await hasWorkers(client))) return;
  const deadline = performance.now() + patience;
  for (;;) {
    await announce(client, migration);
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM worker WHERE lease_until > now() AND schema < $1',
      [migration.readableFrom],
    );
    const count = rows[0]?.count ?? 0;
    if (count === 0) return;
    if (performance.now() > deadline) {
      await withdraw(client, migration);
      throw notStopped(migration, count, patience);
    }
    await sleep(LOOK_EVERY);
  }
}

async function hasWorkers(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_attribute
       WHERE attrelid = to_regclass('worker') AND attname = 'schema') AS there`,
  );
  return rows[0]?.there === true;
}

async function announce(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query(CREATE_SCHEMA_MIGRATION);
  await client.query(
    `INSERT INTO schema_migration (number, name, checksum, readable_from, announced_at, applied_at)
     VALUES ($1, $2, $3, $4, now(), NULL)
     ON CONFLICT (number) DO UPDATE SET announced_at = now() WHERE schema_migration.applied_at IS NULL`,
    [migration.number, migration.name, migration.checksum, migration.readableFrom],
  );
}

/** Older processes may start again. */
export async function withdraw(client: pg.ClientBase, { number }: Migration): Promise<void> {
  await client.query('DELETE FROM schema_migration WHERE number = $1 AND applied_at IS NULL', [number]);
}

function notStopped(migration: Migration, count: number, patience: number): BulkheadError {
  return new BulkheadError({
    code: 'workers_not_stopped',
    message:
      `Migration ${migration.name} changes what older workers rely on, and ${count} of them did not stop within ` +
      `${patience / 1_000} s. Stop them and start again; nothing was changed.`,
    status: 409,
    retryable: true,
  });
}
