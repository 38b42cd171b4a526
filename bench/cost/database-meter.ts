import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { asOwner } from '../database-server.ts';

/** How long backends may take to end after their clients, ms. */
const PATIENCE = 10_000;

/** What was written into a database: transactions that were committed, bytes that stay, bytes of the write-ahead log. */
export type Written = { commits: number; bytes: number; walBytes: number };

/**
 * Counts what is written from now on. Both readings need that nobody is connected: a backend reports its commits
 * late, at the latest when it ends.
 */
export async function startDatabaseMeter(url: string): Promise<() => Promise<Written>> {
  const before = await read(url);
  return async () => {
    const after = await read(url);
    return {
      commits: after.commits - before.commits,
      bytes: after.bytes - before.bytes,
      walBytes: after.walBytes - before.walBytes,
    };
  };
}

function read(url: string): Promise<Written> {
  return asOwner(url, async (owner) => {
    await untilAlone(owner);
    const { rows } = await owner.query<Record<keyof Written, string>>(
      `SELECT xact_commit AS commits, pg_database_size(datname) AS bytes,
         pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS "walBytes"
       FROM pg_stat_database WHERE datname = current_database()`,
    );
    const [row] = rows;
    return { commits: Number(row?.commits), bytes: Number(row?.bytes), walBytes: Number(row?.walBytes) };
  });
}

async function untilAlone(owner: pg.Client): Promise<void> {
  const clients = `SELECT count(*)::int AS here FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'`;
  const patience = performance.now() + PATIENCE;
  while ((await owner.query<{ here: number }>(clients)).rows[0]?.here !== 1) {
    if (performance.now() > patience)
      throw new Error('Somebody is still connected: commits cannot be counted.');
    await sleep(20);
  }
}
