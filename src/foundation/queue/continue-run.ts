import type pg from 'pg';
import type { KeyRing } from '../vault/index.ts';
import { createRun, type NewRun } from './create-run.ts';
import { type RunOrigin, recordOrigin } from './run-origin.ts';

/** The run that goes on. What callers and people added to the row of the one before is taken from there. */
export type ContinuingRun = Omit<NewRun, 'id' | 'webhook' | 'subject' | 'origin'> & {
  id: string;
  origin: RunOrigin & Required<Pick<RunOrigin, 'continues'>>;
};

/**
 * Makes the run that goes on in place of another, in the transaction that ends that one, whose row it has
 * locked. A cancel that came too late for that one is handed on: nobody else would heed it. The same id a second
 * time changes nothing.
 */
export async function continueRun(client: pg.PoolClient, keys: KeyRing, run: ContinuingRun): Promise<void> {
  const before = run.origin.continues.run;
  const { rows } = await client.query<{ webhook: string | null }>({
    name: 'run-before',
    text: 'SELECT webhook FROM run WHERE id = $1',
    values: [before],
  });
  const webhook = rows[0]?.webhook ?? undefined;
  const { created } = await createRun(client, keys, {
    ...run,
    ...(webhook === undefined ? {} : { webhook }),
  });
  if (!created) return;
  await recordOrigin(client, run.id, run.origin);
  await client.query({ name: 'continue-subjects', text: SUBJECTS, values: [before, run.id] });
  await client.query({ name: 'continue-cancel', text: HAND_ON_CANCEL, values: [before, run.id] });
}

const SUBJECTS = `INSERT INTO run_subject (run, tenant, subject)
  SELECT $2, tenant, subject FROM run_subject WHERE run = $1`;

const HAND_ON_CANCEL = `WITH unheeded AS (
  SELECT tenant, meta FROM inbox WHERE run = $1 AND kind = 'cancel' ORDER BY number LIMIT 1
), told AS (
  UPDATE run SET inbox = 1, ready_lane = -1 FROM unheeded WHERE run.id = $2
)
INSERT INTO inbox (run, number, tenant, kind, meta) SELECT $2, 1, tenant, 'cancel', meta FROM unheeded`;
