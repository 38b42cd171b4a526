import type pg from 'pg';

type Connection = pg.Pool | pg.Client;

/** Registers a worker under a fresh epoch. The lease is measured by the database's clock alone. */
export async function registerWorker(connection: Connection, worker: string, lease: number): Promise<number> {
  const { rows } = await connection.query<{ epoch: string }>(
    `INSERT INTO worker (id, epoch, lease_until)
     VALUES ($1, nextval('worker_epoch'), now() + $2 * interval '1 millisecond')
     ON CONFLICT (id) DO UPDATE SET epoch = EXCLUDED.epoch, lease_until = EXCLUDED.lease_until
     RETURNING epoch`,
    [worker, lease],
  );
  return Number(rows[0]?.epoch);
}

/**
 * Renews the lease, also a passed one: as long as nobody has declared the worker dead, its runs are its own.
 * False when somebody has.
 */
export async function renewLease(
  connection: Connection,
  owner: { worker: string; epoch: number },
  lease: number,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE worker SET lease_until = now() + $3 * interval '1 millisecond'
     WHERE id = $1 AND epoch = $2`,
    [owner.worker, owner.epoch, lease],
  );
  return rowCount === 1;
}

/** Ends the lease at once, so that nobody waits for it to pass. */
export async function releaseLease(
  connection: Connection,
  owner: { worker: string; epoch: number },
): Promise<void> {
  await connection.query('DELETE FROM worker WHERE id = $1 AND epoch = $2', [owner.worker, owner.epoch]);
}
