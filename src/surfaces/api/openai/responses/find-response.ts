import { BulkheadError } from '../../../../contract/errors.ts';
import type { Principal } from '../../../../contract/principal.ts';
import { authorise } from '../../../../pillars/identity/index.ts';
import type { RouteParts } from '../../parts.ts';
import { readRun } from '../../runs/read-run.ts';
import type { Run } from '../../schemas/run.ts';

const ID = /^resp_([0-9a-f-]{36})$/;

/**
 * The run of a response, for whoever may read runs.
 *
 * @param id `resp_<run>`
 * @param missing what is thrown where there is none, from the rest of a sentence: `is not there`
 */
export async function findResponse(
  { store, keys }: Pick<RouteParts, 'store' | 'keys'>,
  principal: Principal,
  id: string,
  missing: (reason: string) => BulkheadError,
): Promise<Run> {
  authorise(principal, 'runs:read');
  const run = ID.exec(id)?.[1];
  if (run === undefined) throw missing('is no response of this server');
  const read = await readRun(store, keys, principal.tenant, run).catch((error: unknown) => {
    if (BulkheadError.isInstance(error) && error.code === 'unknown_run') throw missing('is not there');
    throw error;
  });
  if (read.kind !== 'chat') throw missing('is no response');
  return read;
}
