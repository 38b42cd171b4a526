import type pg from 'pg';
import type { Entry, NewEntry } from '../../contract/entry.ts';
import { encodeFrame, GENESIS, type Stream } from './frame.ts';

/**
 * Appends to a stream that has no owner: a tenant's or the system's. Runs inside the caller's
 * transaction, so that the fact and the change it tells of are one; the advisory lock makes appends wait
 * for each other.
 */
export async function appendExclusive(
  client: pg.PoolClient,
  stream: Stream,
  entries: readonly NewEntry[],
  now: number,
): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [stream.id]);
  const { rows } = await client.query<{ frame: number; hash: Buffer }>(
    'SELECT frame, hash FROM frame WHERE class = $1 AND stream = $2 ORDER BY frame DESC LIMIT 1',
    [stream.class, stream.id],
  );
  const last = rows[0];
  const position = { frame: (last?.frame ?? -1) + 1, previous: last?.hash ?? GENESIS, epoch: 0 };
  const stamped: Entry[] = entries.map((entry) => ({ ...entry, meta: { ...entry.meta, at: now } }));
  const row = encodeFrame(stream, position, stamped);
  await client.query(
    `INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta, bodies)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [row.class, row.stream, row.frame, row.tenant, row.epoch, row.previous, row.hash, row.meta, row.bodies],
  );
}
