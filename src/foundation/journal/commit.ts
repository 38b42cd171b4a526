import type pg from 'pg';
import { isTerminal } from '../../contract/run.ts';
import type { Birth } from './birth.ts';
import type { FrameRow } from './frame.ts';
import { frameColumns } from './frame-columns.ts';
import type { Settlement } from './settlement.ts';

/** One frame to write, with what it does to its run. */
export type Append = { row: FrameRow; settlement?: Settlement; parent?: string; birth?: Birth };

const FRAME_COLUMNS = `$1::text[], $2::uuid[], $3::int[], $4::text[], $5::bigint[], $6::bytea[], $7::bytea[],
  $8::text[], $9::bytea[]`;

const INSERT_FRAMES = `INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta, bodies)
  SELECT * FROM unnest(${FRAME_COLUMNS}) ON CONFLICT DO NOTHING RETURNING stream`;

// A settlement counts only if its frame was inserted, and only for the owner that the row still names.
const INSERT_AND_SETTLE = `WITH inserted AS (${INSERT_FRAMES}),
settling AS (
  SELECT * FROM unnest($10::uuid[], $11::text[], $12::int[], $13::timestamptz[], $14::jsonb[], $15::text[],
    $16::int[], $17::bigint[], $18::bigint[], $19::numeric[], $20::int[], $21::int[], $22::bigint[], $23::uuid[]
  ) AS s(run, status, seen, wake_at, waiting_for, error_code, host_deaths, input_tokens, output_tokens, usd,
    model_calls, tool_calls, epoch, continued_as)
  JOIN inserted ON inserted.stream = s.run
),
-- One order for all commits, and for the parents below: two that settle the same rows in opposite orders deadlock.
locked AS MATERIALIZED (
  SELECT id FROM run WHERE id IN (SELECT run FROM settling) ORDER BY id FOR NO KEY UPDATE
),
settled AS (
  UPDATE run SET
    status = CASE WHEN s.status = 'waiting' AND run.inbox > s.seen THEN 'queued' ELSE s.status END,
    queued_at = CASE WHEN s.status IN ('waiting', 'queued') THEN now() ELSE run.queued_at END,
    ready_lane = least(run.ready_lane, 1),
    finished_at = CASE WHEN s.status IN ('succeeded', 'failed', 'cancelled') THEN now() END,
    seen = s.seen, wake_at = s.wake_at, waiting_for = s.waiting_for, error_code = s.error_code,
    host_deaths = s.host_deaths, input_tokens = s.input_tokens, output_tokens = s.output_tokens, usd = s.usd,
    model_calls = s.model_calls, tool_calls = s.tool_calls, continued_as = s.continued_as, worker = NULL, epoch = NULL
  FROM settling s JOIN locked ON locked.id = s.run WHERE run.id = s.run AND run.epoch = s.epoch
  RETURNING run.id, run.status, run.tenant, run.agent, run.webhook, run.continued_as
),
used AS (
  INSERT INTO run_usage (run, tenant, agent, day, model, model_calls, tool_calls, input_tokens, output_tokens, nano_usd)
  SELECT settled.id, settled.tenant, settled.agent, u.day, u.model, u."modelCalls", u."toolCalls", u."inputTokens",
    u."outputTokens", u."nanoUsd"
  FROM jsonb_to_recordset($24::jsonb) AS u(run uuid, day date, model text, "modelCalls" int, "toolCalls" int,
    "inputTokens" bigint, "outputTokens" bigint, "nanoUsd" bigint)
  JOIN settled ON settled.id = u.run
  ON CONFLICT (run, day, model) DO UPDATE SET model_calls = excluded.model_calls, tool_calls = excluded.tool_calls,
    input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens, nano_usd = excluded.nano_usd
),
announced AS (
  INSERT INTO webhook_delivery (tenant, run, url, event)
  SELECT tenant, id, webhook, 'run.' || status FROM settled
  WHERE webhook IS NOT NULL AND continued_as IS NULL AND status IN ('succeeded', 'failed', 'cancelled')
  ON CONFLICT DO NOTHING
)
SELECT inserted.stream, settled.status FROM inserted LEFT JOIN settled ON settled.id = inserted.stream`;

// One statement a child: two children of one parent in one UPDATE would file one message only.
const TELL_PARENT = `WITH parent AS (
  UPDATE run SET inbox = inbox + 1, wake_at = CASE WHEN status = 'waiting' THEN NULL ELSE wake_at END,
    status = CASE WHEN status = 'waiting' THEN 'queued' ELSE status END,
    queued_at = CASE WHEN status = 'waiting' THEN now() ELSE queued_at END,
    ready_lane = least(ready_lane, 1)
  WHERE id = (SELECT parent FROM run WHERE id = $1) AND status NOT IN ('succeeded', 'failed', 'cancelled')
  RETURNING id, inbox, tenant
)
INSERT INTO inbox (run, number, tenant, kind, meta)
SELECT parent.id, parent.inbox, parent.tenant, 'child',
  jsonb_build_object('child', child.id, 'key', child.parent_key, 'status', child.status)
FROM parent, run child WHERE child.id = $1`;

const LOCK = 'SELECT FROM run WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE';

// A worker that stalls between two statements must not hold a parent's row for ever: others tell it too.
const BEGIN = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '2s'";

/** The new status of each run whose frame was inserted; undefined where the run goes on. */
export type CommitResult = Map<string, string | undefined>;

/** Writes frames, at most one a stream, in one transaction. Rows that conflict are absent from the result. */
export async function commitFrames(pool: pg.Pool, appends: readonly Append[]): Promise<CommitResult> {
  const followed = appends.filter(hasFollowUp);
  const born = appends.filter(({ birth }) => birth !== undefined);
  if (followed.length === 0 && born.length === 0) return insert(pool, appends);
  // A run that ends in its first frame is settled by a statement of its own: none changes a row that it makes.
  const isBirthAlone = appends.every(
    ({ birth, settlement }) => birth !== undefined && settlement === undefined,
  );
  if (isBirthAlone) {
    const owned = await makeRuns(pool, born, true);
    return new Map([...owned].map((run) => [run, undefined]));
  }
  const client = await pool.connect();
  try {
    await client.query(BEGIN);
    const owned = await makeRuns(client, born, false);
    const written = appends.filter(({ row, birth }) => birth === undefined || owned.has(row.stream));
    if (followed.length > 0) {
      await client.query({ name: 'lock-settled', text: LOCK, values: [rowsOf(appends)] });
    }
    const result = await insert(client, written);
    for (const { row, settlement } of followed) {
      if (result.get(row.stream) === undefined) continue;
      const next = settlement?.continuedAs;
      if (next === undefined) {
        await client.query({ name: 'tell-parent', text: TELL_PARENT, values: [row.stream] });
      } else await next.create(client);
    }
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A client whose transaction is in an unknown state must not be used again.
    client.release(true);
    throw error;
  }
}

/** Makes the runs whose first frames these are, with or without those frames. Returns those that are the owner's. */
async function makeRuns(
  connection: pg.Pool | pg.PoolClient,
  born: readonly Append[],
  withFrames: boolean,
): Promise<Set<string>> {
  const owned = new Set<string>();
  for (const [make, together] of Map.groupBy(born, ({ birth }) => birth?.make)) {
    const births = together.flatMap(({ birth }) => birth?.prepared ?? []);
    const frames = withFrames ? together.map(({ row }) => row) : [];
    for (const run of (await make?.(connection, births, frames)) ?? []) owned.add(run);
  }
  return owned;
}

/** The runs that are settled, and the parents that are told. */
function rowsOf(appends: readonly Append[]): string[] {
  return appends.flatMap(({ row, settlement, parent }) => {
    if (settlement === undefined) return [];
    return parent === undefined ? [row.stream] : [row.stream, parent];
  });
}

/** A run that goes on as another makes that one; any other that ends tells its parent. */
function hasFollowUp({ settlement, parent }: Append): boolean {
  if (settlement === undefined) return false;
  return settlement.continuedAs !== undefined || (parent !== undefined && isTerminal(settlement.status));
}

async function insert(
  connection: pg.Pool | pg.PoolClient,
  appends: readonly Append[],
): Promise<CommitResult> {
  const values: unknown[] = frameColumns(appends.map(({ row }) => row));
  const settling = appends.flatMap(({ row, settlement }) =>
    settlement === undefined ? [] : [{ row, settlement }],
  );
  if (settling.length === 0) {
    const result = await connection.query<{ stream: string }>({
      name: 'frames',
      text: INSERT_FRAMES,
      values,
    });
    return new Map(result.rows.map((row) => [row.stream, undefined]));
  }
  values.push(
    settling.map(({ row }) => row.stream),
    settling.map(({ settlement }) => settlement.status),
    settling.map(({ settlement }) => settlement.seen),
    settling.map(({ settlement: { wakeAt } }) => (wakeAt === undefined ? null : new Date(wakeAt))),
    settling.map(({ settlement: { waitingFor } }) =>
      waitingFor === undefined ? null : JSON.stringify(waitingFor),
    ),
    settling.map(({ settlement }) => settlement.errorCode ?? null),
    settling.map(({ settlement }) => settlement.hostDeaths ?? 0),
    settling.map(({ settlement }) => settlement.sums.inputTokens),
    settling.map(({ settlement }) => settlement.sums.outputTokens),
    settling.map(({ settlement }) => settlement.sums.usd),
    settling.map(({ settlement }) => settlement.sums.modelCalls),
    settling.map(({ settlement }) => settlement.sums.toolCalls),
    settling.map(({ row }) => row.epoch),
    settling.map(({ settlement }) => settlement.continuedAs?.run ?? null),
    JSON.stringify(
      settling.flatMap(({ row, settlement }) =>
        (settlement.usage ?? []).map((usage) => ({ run: row.stream, ...usage })),
      ),
    ),
  );
  const result = await connection.query<{ stream: string; status: string | null }>({
    name: 'frames-and-settle',
    text: INSERT_AND_SETTLE,
    values,
  });
  return new Map(result.rows.map((row) => [row.stream, row.status ?? undefined]));
}

/** The hashes that the database holds at these positions. */
export async function storedHashes(pool: pg.Pool, rows: readonly FrameRow[]): Promise<Map<string, Buffer>> {
  const result = await pool.query<{ stream: string; hash: Buffer }>({
    name: 'stored-hashes',
    text: `SELECT f.stream, f.hash FROM unnest($1::text[], $2::uuid[], $3::int[]) AS w(class, stream, frame)
      JOIN frame f ON f.class = w.class AND f.stream = w.stream AND f.frame = w.frame`,
    values: [rows.map((row) => row.class), rows.map((row) => row.stream), rows.map((row) => row.frame)],
  });
  return new Map(result.rows.map((row) => [row.stream, row.hash]));
}
