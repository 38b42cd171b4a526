import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import { appendExclusive, type Stream } from '../../../foundation/journal/index.ts';

/**
 * Says of a hit by meaning whether it was wrong. A person's word stands above a comparison's, and an answer that was
 * wrong is not given by meaning again.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @param request.key the step of the run whose answer it was
 * @throws BulkheadError `unknown_hit`
 */
export async function markHit(
  client: pg.PoolClient,
  request: { stream: Stream; run: string; key: string; wrong: boolean; principal: string; now: number },
): Promise<void> {
  const { stream, run, key, wrong, principal, now } = request;
  const { rows } = await client.query<{ source: string }>(
    'UPDATE semantic_hit SET wrong = $4, judged_by = $5 WHERE tenant = $1 AND run = $2 AND step_key = $3 RETURNING source',
    [stream.tenant, run, key, wrong, principal],
  );
  const [hit] = rows;
  if (hit === undefined) {
    throw new BulkheadError({
      code: 'unknown_hit',
      message: `The step "${key}" of run ${run} was not answered by the semantic cache. The run's journal names the steps that were: model.completed with cached "semantic".`,
      status: 404,
    });
  }
  if (wrong) {
    const text = `DELETE FROM cache_entry WHERE tenant = $1 AND kind = 'semantic' AND run = $2`;
    await client.query(text, [stream.tenant, hit.source]);
  }
  await appendExclusive(
    client,
    stream,
    [{ meta: { kind: 'cache.judged', run, key, wrong, principal } }],
    now,
  );
}
