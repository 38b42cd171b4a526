import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { fileMessage, openInbox } from './inbox.ts';

/**
 * Asks a run's owner to cancel it; a waiting or queued run is taken up for that. Of a run that goes on as another the
 * last one is asked, which is made while this looks for it, perhaps again and again.
 *
 * @returns the run that was asked
 * @throws BulkheadError `unknown_run`, `run_finished`
 */
export async function requestCancel(
  client: pg.PoolClient,
  request: { tenant: string; run: string; principal: string },
): Promise<string> {
  for (let { run } = request; ; ) {
    const { status, number, runStatus, continuedAs } = await openInbox(client, run, { cancels: true });
    if (continuedAs !== undefined) {
      run = await lastOfChain(client, continuedAs);
      continue;
    }
    if (status === 'unknown') throw unknownRun(run);
    if (status === 'terminal') throw runFinished(run, runStatus);
    const meta = { principal: request.principal };
    await fileMessage(client, request.tenant, { run, number, kind: 'cancel', meta, body: null });
    return run;
  }
}

const LAST_OF_CHAIN = `WITH RECURSIVE chain AS (
  SELECT id, continued_as FROM run WHERE id = $1
  UNION ALL SELECT run.id, run.continued_as FROM chain JOIN run ON run.id = chain.continued_as
) SELECT id FROM chain WHERE continued_as IS NULL`;

/** As of now: by the time that it is asked it may have gone on. */
async function lastOfChain(client: pg.PoolClient, run: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(LAST_OF_CHAIN, [run]);
  return rows[0]?.id ?? run;
}

function unknownRun(run: string): BulkheadError {
  return new BulkheadError({
    code: 'unknown_run',
    message: `There is no run ${run}. List runs with \`bulkhead runs\` or GET /v1/runs.`,
    status: 404,
  });
}

function runFinished(run: string, status: string | undefined): BulkheadError {
  return new BulkheadError({
    code: 'run_finished',
    message: `Run ${run} has already ${status === 'cancelled' ? 'been cancelled' : status}; there is nothing left to cancel.`,
    status: 409,
  });
}
