import type pg from 'pg';
import type { BatchSize } from './batch-work.ts';

/** A batch is held in memory as a whole, and providers take files of 200 MB and more: 64 MiB. */
const MOST_BYTES = 67_108_864;

/** One worker collects at a time: two would make two small batches of what fits into one. */
const LOCK = `SELECT pg_try_advisory_xact_lock(hashtext('bulkhead model_batch')) AS held`;

// Nobody waits for these any more.
const TAKE_OUT = `DELETE FROM model_batch_request r USING run
  WHERE r.state = 'waiting' AND r.provider = $1 AND run.id = r.run
    AND (run.ready_lane < 0 OR run.status IN ('succeeded', 'failed', 'cancelled'))`;

// What tenants ask is kept apart at the provider too: its files, its errors and its bills are those of one batch.
const CHOOSE = `SELECT tenant, model FROM model_batch_request WHERE state = 'waiting' AND provider = $1
  GROUP BY tenant, model HAVING count(*) >= $2 OR min(filed_at) <= now() - $3 * interval '1 ms'
  ORDER BY min(filed_at) LIMIT 1`;

const TAKE = `SELECT id, tenant, pack, pack_size, length(request) AS bytes FROM model_batch_request
  WHERE state = 'waiting' AND provider = $1 AND tenant = $2 AND model = $3 ORDER BY filed_at LIMIT $4 FOR UPDATE`;

/** Batches that ended are kept for so long, for whoever asks what became of them. */
const FORGET = `DELETE FROM model_batch WHERE state = 'ended' AND made_at < now() - interval '30 days'`;

type Row = { id: string; tenant: string; pack: string | null; pack_size: number | null; bytes: number };

/** Makes a batch of what one tenant waits for from one model of the provider, the longest first. @returns whether there was enough */
export async function collectBatch(
  client: pg.PoolClient,
  batch: string,
  provider: string,
  { requests, after, bytes = MOST_BYTES }: BatchSize,
): Promise<boolean> {
  const { rows: locks } = await client.query<{ held: boolean }>(LOCK);
  if (locks[0]?.held !== true) return false;
  await client.query(TAKE_OUT, [provider]);
  type Chosen = { tenant: string; model: string };
  const { rows: ready } = await client.query<Chosen>(CHOOSE, [provider, requests, after]);
  const [chosen] = ready;
  if (chosen === undefined) return false;
  const { tenant, model } = chosen;
  const { rows: waiting } = await client.query<Row>(TAKE, [provider, tenant, model, requests]);
  const rows = within(bytes, waiting);
  const calls = numberCalls(rows);
  const numbers = calls.map(({ number }) => number);
  await client.query(
    `INSERT INTO model_batch (id, provider, model, state, calls, next_at)
     VALUES ($1, $2, $3, 'submitting', $4, now())`,
    [batch, provider, model, Math.max(...numbers) + 1],
  );
  await client.query(
    `UPDATE model_batch_request SET state = 'submitted', batch = $1, number = taken.number, place = taken.place
     FROM unnest($2::uuid[], $3::int[], $4::int[]) AS taken (id, number, place)
     WHERE model_batch_request.id = taken.id`,
    [batch, rows.map(({ id }) => id), numbers, calls.map(({ place }) => place)],
  );
  await client.query(FORGET);
  return true;
}

/** The first that have no more bytes together; one in any case. */
function within(bytes: number, rows: readonly Row[]): Row[] {
  let sum = 0;
  return rows.filter((row, index) => {
    sum += row.bytes;
    return index === 0 || sum <= bytes;
  });
}

/**
 * The number of each request's call, from 0, and its place in it, from 1: those of one scope share one, so many at
 * most. Who is alone in a call has no place.
 *
 * @example
 * const shared = { tenant: 'acme', pack: 'a', pack_size: 2 };
 * numberCalls([shared, shared, shared]); // [{ number: 0, place: 1 }, { number: 0, place: 2 }, { number: 1, place: null }]
 */
export function numberCalls(
  rows: readonly Omit<Row, 'id' | 'bytes'>[],
): { number: number; place: number | null }[] {
  const calls: { size: number; used: number }[] = [];
  const open = new Map<string, number>();
  const places = rows.map(({ tenant, pack, pack_size: size }) => {
    const scope = JSON.stringify([tenant, pack]);
    let number = pack === null ? undefined : open.get(scope);
    let call = number === undefined ? undefined : calls[number];
    if (number === undefined || call === undefined || call.used >= call.size) {
      number = calls.length;
      call = { size: size ?? 1, used: 0 };
      calls.push(call);
      open.set(scope, number);
    }
    call.used += 1;
    return { number, place: call.used };
  });
  return places.map(({ number, place }) => ({ number, place: calls[number]?.used === 1 ? null : place }));
}
