import type pg from 'pg';
import { DEFAULT_BUDGET } from '../../src/contract/budget.ts';
import { encodeFrame } from '../../src/foundation/journal/index.ts';
import { createRuns } from '../../src/foundation/queue/create-run.ts';
import type { KeyRing } from '../../src/foundation/vault/index.ts';

/**
 * Puts turns of a session into the database as runs leave them behind, without running them: the first frame with what
 * was asked, a last one with what was answered.
 *
 * @returns the runs' ids, in the order of the turns
 */
export async function insertTurns(
  { pool, keys }: { pool: pg.Pool; keys: KeyRing },
  session: { tenant: string; agent: string; session: string },
  turns: readonly { asked: string; answered: string }[],
): Promise<string[]> {
  const created = await createRuns(
    pool,
    keys,
    turns.map(({ asked }) => ({
      ...session,
      kind: 'agent' as const,
      version: 'f'.repeat(64),
      principal: 'ada',
      lane: 'normal' as const,
      budget: DEFAULT_BUDGET,
      input: asked,
    })),
  );
  const ids = created.map(({ id }) => id);
  await pool.query(`UPDATE run SET status = 'succeeded', finished_at = now() WHERE id = ANY($1::uuid[])`, [
    ids,
  ]);
  const { rows } = await pool.query<{ stream: string; hash: Buffer }>(
    'SELECT stream, hash FROM frame WHERE stream = ANY($1::uuid[])',
    [ids],
  );
  const heads = new Map(rows.map(({ stream, hash }) => [stream, hash]));
  for (const [index, id] of ids.entries()) {
    const stream = {
      class: 'standard' as const,
      id,
      tenant: session.tenant,
      key: await keys.dataKey(session.tenant, id),
    };
    const previous = heads.get(id);
    if (previous === undefined) throw new Error(`Run ${id} has no first frame.`);
    const frame = encodeFrame(stream, { frame: 1, previous, epoch: 1 }, [
      { meta: { kind: 'run.succeeded', at: Date.now() }, body: { output: turns[index]?.answered ?? '' } },
    ]);
    await pool.query(
      `INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta, bodies)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [frame.class, id, 1, frame.tenant, 1, frame.previous, frame.hash, frame.meta, frame.bodies],
    );
  }
  return ids;
}
