import type pg from 'pg';
import type { Doorbell } from '../../contract/doorbell.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { RunFacts } from '../../contract/run.ts';
import { fileMessage, type NamedRun, openInbox, type RunCreator } from '../../foundation/queue/index.ts';

/** Runs above one another at most: a workflow that runs itself without end stops here. */
const LEVELS = 16;

const LEVELS_OF = `WITH RECURSIVE above AS (
  SELECT parent, 1 AS level FROM run WHERE id = $1
  UNION ALL SELECT run.parent, level + 1 FROM above JOIN run ON run.id = above.parent WHERE level < $2
) SELECT max(level) AS levels FROM above`;

const ALREADY_FILED = "SELECT 1 FROM inbox WHERE run = $1 AND kind = 'cancel' LIMIT 1";

/** Makes a child run; the same id a second time changes nothing. @throws BulkheadError `child_too_deep` */
export async function createChild(
  { pool, creator }: { pool: pg.Pool; creator: RunCreator },
  run: NamedRun,
): Promise<void> {
  const { rows } = await pool.query<{ levels: number | null }>({
    name: 'levels-of-run',
    text: LEVELS_OF,
    values: [run.parent?.run, LEVELS],
  });
  if ((rows[0]?.levels ?? 0) >= LEVELS) {
    throw new BulkheadError({
      code: 'child_too_deep',
      message: `"${run.agent}" was not started: ${LEVELS} runs stand above one another already. Look for a workflow that runs itself without an end.`,
      denied: true,
    });
  }
  await creator.create(run);
}

/**
 * Files a cancel for each of these children, once.
 *
 * @returns those that exist: each tells its parent of its end, or has told it already
 */
export async function cancelChildren(
  { pool, doorbell }: { pool: pg.Pool; doorbell: Doorbell },
  parent: RunFacts,
  children: readonly string[],
): Promise<string[]> {
  const existing: string[] = [];
  for (const child of children) {
    if (!(await cancelChild(pool, parent, child))) continue;
    existing.push(child);
    doorbell.ring(child);
  }
  return existing;
}

async function cancelChild(pool: pg.Pool, parent: RunFacts, child: string): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const exists = await fileCancel(client, parent, child);
    await client.query('COMMIT');
    client.release();
    return exists;
  } catch (error) {
    // A client whose transaction is in an unknown state must not be used again.
    client.release(true);
    throw error;
  }
}

/** With the child, or with the run that goes on in its place. */
async function fileCancel(client: pg.PoolClient, parent: RunFacts, child: string): Promise<boolean> {
  for (let run = child; ; ) {
    const { rows } = await client.query(ALREADY_FILED, [run]);
    if (rows.length > 0) return true;
    const { status, number, continuedAs } = await openInbox(client, run, { cancels: true });
    if (status === 'filed') {
      const meta = { principal: parent.principal };
      await fileMessage(client, parent.tenant, { run, number, kind: 'cancel', meta, body: null });
    }
    if (continuedAs === undefined) return status !== 'unknown';
    run = continuedAs;
  }
}
