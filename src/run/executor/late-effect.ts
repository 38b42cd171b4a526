import type pg from 'pg';
import type { Doorbell } from '../../contract/doorbell.ts';
import type { RunFacts } from '../../contract/run.ts';
import { fileMessage, openInbox } from '../../foundation/queue/index.ts';

/** A worker that lost the run while a tool was running files what came of it, as evidence for the new owner. */
export async function fileLateEffect(
  { pool, doorbell }: { pool: pg.Pool; doorbell: Doorbell },
  run: RunFacts,
  effect: { key: string; tool: string; outcome: 'ok' | 'error' },
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { status, number } = await openInbox(client, run.id);
    if (status === 'filed') {
      await fileMessage(client, run.tenant, {
        run: run.id,
        number,
        kind: 'late-effect',
        meta: effect,
        body: null,
      });
    }
    await client.query('COMMIT');
    client.release();
    if (status === 'filed') doorbell.ring(run.id);
  } catch (error) {
    client.release(true);
    throw error;
  }
}
