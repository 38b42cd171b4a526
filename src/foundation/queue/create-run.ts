import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import type { ResolvedBudget } from '../../contract/budget.ts';
import type { Entry } from '../../contract/entry.ts';
import type { Json } from '../../contract/json.ts';
import type { RetentionClass } from '../../contract/retention.ts';
import type { Lane, RunKind } from '../../contract/run.ts';
import { encodeFrame, type FrameRow, frameColumns, GENESIS } from '../journal/index.ts';
import { byteaArray, textArray } from '../store/index.ts';
import type { DataKey, KeyRing } from '../vault/index.ts';
import type { RunOrigin } from './run-origin.ts';
import { laneNumber } from './run-row.ts';

export type NewRun = {
  /** UUIDv7; made here when absent. A given id makes the call idempotent. */
  id?: string;
  tenant: string;
  agent: string;
  kind: RunKind;
  version: string;
  principal: string;
  lane: Lane;
  budget: ResolvedBudget;
  input: Json;
  session?: string;
  subject?: string;
  webhook?: string;
  /** Default `standard`. */
  retention?: RetentionClass;
  parent?: { run: string; key: string };
  origin?: RunOrigin;
};

/** `created` is false when a run with the given id was there already. `createdAt` in ms since 1970. */
export type CreatedRun = { id: string; created: boolean; createdAt: number };

// One statement, so that rows, keys and first frames are one even outside a transaction.
const CREATE = `WITH new AS (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::uuid[], $9::text[], $10::smallint[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::bytea[],
    $16::text[], $17::bytea[], $18::text[], $19::uuid[], $20::bigint[]
  ) AS n(id, tenant, agent, kind, version, principal, session, parent, parent_key, lane, budget, webhook, subject,
    wrapped, hash, meta, bodies, class, worker, epoch)
), owned AS (
  -- What a claim asks as well: a lease that holds. Who has a limit stands in line, where limits are exact.
  SELECT id, worker, epoch FROM new WHERE worker IS NOT NULL
    AND EXISTS (SELECT FROM worker WHERE worker.id = new.worker AND worker.epoch = new.epoch
      AND lease_until > clock_timestamp())
    AND NOT EXISTS (SELECT FROM run_limit WHERE run_limit.tenant = new.tenant AND run_limit.agent IN ('', new.agent))
), made AS (
  INSERT INTO run (id, tenant, class, agent, kind, version, principal, session, parent, parent_key, lane,
    ready_lane, budget, webhook, status, worker, epoch, started_at)
  SELECT new.id, tenant, class, agent, kind, version, principal, session, parent, parent_key, lane, lane,
    budget::jsonb, webhook, CASE WHEN owned.id IS NULL THEN 'queued' ELSE 'running' END, owned.worker, owned.epoch,
    CASE WHEN owned.id IS NOT NULL THEN now() END
  FROM new LEFT JOIN owned ON owned.id = new.id
  ON CONFLICT (id) DO NOTHING RETURNING id, created_at, status
), key AS (
  INSERT INTO data_key (stream, tenant, wrapped) SELECT id, tenant, wrapped FROM new JOIN made USING (id)
), about AS (
  INSERT INTO run_subject (run, tenant, subject)
  SELECT id, tenant, subject FROM new JOIN made USING (id) WHERE subject IS NOT NULL
), first_frame AS (
  INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta, bodies)
  SELECT class, id, 0, tenant, 0, decode('${GENESIS.toString('hex')}', 'hex'), hash, meta, bodies
  FROM new JOIN made USING (id)
), owner_frame AS (
  INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta, bodies)
  SELECT f.* FROM unnest($21::text[], $22::uuid[], $23::int[], $24::text[], $25::bigint[], $26::bytea[], $27::bytea[],
    $28::text[], $29::bytea[]
  ) AS f(class, stream, frame, tenant, epoch, previous, hash, meta, bodies)
  JOIN made ON made.id = f.stream AND made.status = 'running'
)
SELECT id, created_at, status FROM made`;

/** A run whose row, key and first frame are yet to be inserted. */
export type PreparedRun = {
  run: NewRun;
  id: string;
  key: DataKey;
  wrapped: Buffer;
  /** What frame 0 holds. */
  entry: Entry;
  frame: FrameRow;
  /** Who has it from the start, where its lease holds and no limit speaks against it. */
  owner?: { worker: string; epoch: number };
};
type Made = { id: string; created_at: Date; status: 'queued' | 'running' };

/**
 * Makes runs: for each its row, its data key and frame 0 of its journal, all or nothing. Whoever calls it rings
 * the doorbell once this is committed.
 *
 * @returns one answer a run, in the same order
 */
export async function createRuns(
  connection: pg.Pool | pg.PoolClient,
  keys: KeyRing,
  runs: readonly NewRun[],
): Promise<CreatedRun[]> {
  const now = Date.now();
  const prepared = await Promise.all(runs.map((run) => prepareRun(keys, run, now)));
  const rows = await insertRuns(connection, prepared);
  const createdAt = new Map(rows.map((row) => [row.id, row.created_at.getTime()]));
  return prepared.map(({ run, id, key }) => {
    // Under a given id the run may be there already, or be made again after a rollback, each time with another key.
    if (run.id === undefined) keys.keep(run.tenant, id, key);
    return { id, created: createdAt.has(id), createdAt: createdAt.get(id) ?? now };
  });
}

/** As {@link createRuns}, for one run. */
export async function createRun(
  connection: pg.Pool | pg.PoolClient,
  keys: KeyRing,
  run: NewRun,
): Promise<CreatedRun> {
  const [created] = await createRuns(connection, keys, [run]);
  if (created === undefined) throw new Error('A run that was to be made has no answer.');
  return created;
}

/**
 * @param frames the first frames of owners, written for those of the runs that are theirs
 * @returns those that were not there already
 */
export async function insertRuns(
  connection: pg.Pool | pg.PoolClient,
  prepared: readonly PreparedRun[],
  frames: readonly FrameRow[] = [],
): Promise<Made[]> {
  const { rows } = await connection.query<Made>({
    name: 'create-runs',
    text: CREATE,
    // In one order everywhere: two statements that meet over given ids would deadlock.
    values: [
      ...columnsOf(prepared.toSorted((one, other) => (one.id < other.id ? -1 : 1))),
      ...frameColumns(frames),
    ],
  });
  return rows;
}

/** @param at milliseconds since the epoch */
export async function prepareRun(keys: KeyRing, run: NewRun, at: number): Promise<PreparedRun> {
  const id = run.id ?? uuidv7();
  const { key, wrapped } = await keys.newDataKey(run.tenant, id);
  const entry: Entry = {
    meta: {
      kind: 'run.created',
      at,
      agent: run.agent,
      definition: run.kind,
      version: run.version,
      lane: run.lane,
      principal: run.principal,
      budget: run.budget,
      ...(run.session === undefined ? {} : { session: run.session }),
      ...(run.parent === undefined ? {} : { parent: run.parent.run }),
      ...run.origin,
    },
    body: { input: run.input },
  };
  const frame = encodeFrame(
    { class: run.retention ?? 'standard', id, tenant: run.tenant, key },
    { frame: 0, previous: GENESIS, epoch: 0 },
    [entry],
  );
  return { run, id, key, wrapped, entry, frame };
}

/** The parameters of CREATE, an array a column. */
function columnsOf(prepared: readonly PreparedRun[]): unknown[] {
  const text = (value: (prepared: PreparedRun) => string | null | undefined) =>
    textArray(prepared.map((each) => value(each) ?? null));
  return [
    prepared.map(({ id }) => id),
    text(({ run }) => run.tenant),
    text(({ run }) => run.agent),
    text(({ run }) => run.kind),
    text(({ run }) => run.version),
    text(({ run }) => run.principal),
    text(({ run }) => run.session),
    prepared.map(({ run }) => run.parent?.run ?? null),
    text(({ run }) => run.parent?.key),
    prepared.map(({ run }) => laneNumber(run.lane)),
    text(({ run }) => JSON.stringify(run.budget)),
    text(({ run }) => run.webhook),
    text(({ run }) => run.subject),
    byteaArray(prepared.map(({ wrapped }) => wrapped)),
    byteaArray(prepared.map(({ frame }) => frame.hash)),
    text(({ frame }) => frame.meta),
    byteaArray(prepared.map(({ frame }) => frame.bodies)),
    text(({ frame }) => frame.class),
    prepared.map(({ owner }) => owner?.worker ?? null),
    prepared.map(({ owner }) => owner?.epoch ?? null),
  ];
}
