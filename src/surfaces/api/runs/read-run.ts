import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import { TERMINAL_STATUSES } from '../../../contract/run.ts';
import type { FrameRow, RunEnd } from '../../../foundation/journal/index.ts';
import { execute, inTenant, type Store } from '../../../foundation/store/index.ts';
import type { KeyRing } from '../../../foundation/vault/index.ts';
import type { Run } from '../schemas/run.ts';
import { isUuid } from './is-uuid.ts';
import { endOf, type RunRecord, renderRun } from './render-run.ts';

/** Which runs a list holds: newest first. */
export type RunFilter = {
  agent?: string | undefined;
  status?: RunRecord['status'] | undefined;
  session?: string | undefined;
  subject?: string | undefined;
  /** Only runs that are older than this one. */
  before?: string | undefined;
  limit: number;
};

/**
 * One run with its content.
 *
 * @throws BulkheadError `unknown_run`
 */
export async function readRun(store: Store, keys: KeyRing, tenant: string, id: string): Promise<Run> {
  return renderRun(await readRecord(store, tenant, id), keys);
}

/**
 * How a run ended, with the details of its error, which {@link readRun} leaves out; undefined while it has not.
 *
 * @throws BulkheadError `unknown_run`
 */
export async function readRunEnd(
  store: Store,
  keys: KeyRing,
  tenant: string,
  id: string,
): Promise<RunEnd | undefined> {
  return endOf(await readRecord(store, tenant, id), keys);
}

async function readRecord(store: Store, tenant: string, id: string): Promise<RunRecord> {
  if (!isUuid(id)) throw unknownRun(id);
  const [record] = await inTenant(store, tenant, async (client) => {
    return withFrames(client, await execute(client, selectRuns(store).where('run.id', '=', id)));
  });
  if (record === undefined) throw unknownRun(id);
  return record;
}

/** Runs with their content, newest first. */
export async function listRuns(
  store: Store,
  keys: KeyRing,
  tenant: string,
  filter: RunFilter,
): Promise<Run[]> {
  let query = selectRuns(store).orderBy('run.id', 'desc').limit(filter.limit);
  if (filter.agent !== undefined) query = query.where('run.agent', '=', filter.agent);
  if (filter.status !== undefined) query = query.where('run.status', '=', filter.status);
  if (filter.session !== undefined) query = query.where('run.session', '=', filter.session);
  if (filter.before !== undefined) query = query.where('run.id', '<', filter.before);
  const { subject } = filter;
  if (subject !== undefined) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('run_subject')
          .select('run_subject.run')
          .whereRef('run_subject.run', '=', 'run.id')
          .where('run_subject.subject', '=', subject),
      ),
    );
  }
  const records = await inTenant(store, tenant, async (client) =>
    withFrames(client, await execute(client, query)),
  );
  return Promise.all(records.map((record) => renderRun(record, keys)));
}

export function unknownRun(id: string): BulkheadError {
  return new BulkheadError({
    code: 'unknown_run',
    message: `There is no run ${id}. List runs with \`bulkhead runs\` or GET /v1/runs.`,
    status: 404,
  });
}

const selectRuns = ({ db }: Store) =>
  db
    .selectFrom('run')
    .leftJoin('data_key', 'data_key.stream', 'run.id')
    .selectAll('run')
    .select('data_key.wrapped')
    .select(({ selectFrom }) =>
      selectFrom('run_subject')
        .whereRef('run_subject.run', '=', 'run.id')
        .select(({ fn }) => fn.min('run_subject.subject').as('subject'))
        .as('subject'),
    );

type SelectedRun = Omit<RunRecord, 'frames'>;

/** The first frame of each run, and the last one of those that ended: what went in, and what came out. */
async function withFrames(client: pg.PoolClient, runs: readonly SelectedRun[]): Promise<RunRecord[]> {
  if (runs.length === 0) return [];
  const { rows } = await client.query<Omit<FrameRow, 'epoch'> & { epoch: string }>({
    name: 'run-contents',
    text: `SELECT f.* FROM run r CROSS JOIN LATERAL (
        (SELECT class, stream, frame, tenant, epoch, previous, hash, meta, bodies FROM frame
          WHERE class = r.class AND stream = r.id AND frame = 0)
        UNION ALL
        (SELECT class, stream, frame, tenant, epoch, previous, hash, meta, bodies FROM frame
          WHERE class = r.class AND stream = r.id AND frame > 0 AND r.status = ANY($2)
          ORDER BY frame DESC LIMIT 1)
      ) f WHERE r.id = ANY($1::uuid[])`,
    values: [runs.map(({ id }) => id), TERMINAL_STATUSES],
  });
  const frames = Map.groupBy(
    rows.map((row) => ({ ...row, epoch: Number(row.epoch) })),
    ({ stream }) => stream,
  );
  return runs.map((run) => ({ ...run, frames: frames.get(run.id) ?? [] }));
}
