import type pg from 'pg';
import type { Json } from '../../contract/json.ts';

/** A message for a run's owner, filed by anybody else. */
export type InboxMessage = {
  run: string;
  number: number;
  kind: 'decision' | 'cancel' | 'child' | 'late-effect' | 'batch';
  /** Plain facts. */
  meta: { readonly [key: string]: Json };
  /** Content, sealed under the run's key (context `tenant|inbox|run|number`). */
  body: Buffer | null;
};

export type InboxStatus = 'filed' | 'unknown' | 'terminal';

/**
 * Reserves the run's next inbox number and makes a waiting run ready, in the caller's transaction; once that is
 * committed, the caller rings the doorbell. The row lock that the UPDATE takes keeps numbers without gaps.
 *
 * @param options.cancels the run goes before all others, past limits and windows: it is claimed to end
 */
export async function openInbox(
  client: pg.PoolClient,
  run: string,
  { cancels = false }: { cancels?: boolean } = {},
): Promise<{ status: InboxStatus; number: number; runStatus?: string; continuedAs?: string }> {
  const { rows } = await client.query<{ inbox: number }>(
    `UPDATE run SET inbox = inbox + 1,
       queued_at = CASE WHEN status = 'waiting' THEN now() ELSE queued_at END,
       wake_at = CASE WHEN status = 'waiting' THEN NULL ELSE wake_at END,
       ready_lane = CASE WHEN $2 THEN -1 WHEN status = 'waiting' THEN least(ready_lane, 1) ELSE ready_lane END,
       status = CASE WHEN status = 'waiting' THEN 'queued' ELSE status END
     WHERE id = $1 AND status NOT IN ('succeeded', 'failed', 'cancelled') RETURNING inbox`,
    [run, cancels],
  );
  const number = rows[0]?.inbox;
  if (number !== undefined) return { status: 'filed', number };
  const { rows: found } = await client.query<{ status: string; continued_as: string | null }>(
    'SELECT status, continued_as FROM run WHERE id = $1',
    [run],
  );
  if (found[0] === undefined) return { status: 'unknown', number: 0 };
  const { status: runStatus, continued_as: continuedAs } = found[0];
  return { status: 'terminal', number: 0, runStatus, ...(continuedAs === null ? {} : { continuedAs }) };
}

/** Files a message under a number that {@link openInbox} gave. */
export async function fileMessage(
  client: pg.PoolClient,
  tenant: string,
  message: InboxMessage,
): Promise<void> {
  await client.query(
    'INSERT INTO inbox (run, number, tenant, kind, meta, body) VALUES ($1, $2, $3, $4, $5, $6)',
    [message.run, message.number, tenant, message.kind, JSON.stringify(message.meta), message.body],
  );
}

/** What was filed for these runs after the given numbers. */
export async function readInbox(
  pool: pg.Pool,
  runs: readonly { run: string; seen: number }[],
): Promise<InboxMessage[]> {
  const { rows } = await pool.query<InboxMessage>({
    name: 'read-inbox',
    text: `SELECT i.run, i.number, i.kind, i.meta, i.body
      FROM unnest($1::uuid[], $2::int[]) AS w(run, seen) JOIN inbox i ON i.run = w.run AND i.number > w.seen
      ORDER BY i.run, i.number`,
    values: [runs.map(({ run }) => run), runs.map(({ seen }) => seen)],
  });
  return rows;
}

export const inboxContext = (tenant: string, run: string, number: number) =>
  `${tenant}|inbox|${run}|${number}`;
