import pg from 'pg';
import { appendExclusive, type Stream } from '../../journal/index.ts';

/** What is about to go, and by whose word. */
export type Drop = {
  partition: string;
  class: string;
  from: Date | null;
  to: Date | null;
  principal: string;
  /** Milliseconds since the epoch. */
  now: number;
};

/** The tenant's own stream. Its key is read before the transaction begins. */
export type StreamOf = (tenant: string) => Stream;

// A chain's last hash stands for all of it; the hash over those, by id, for all chains that go.
const HEADS = (table: string) => `SELECT tenant, count(*)::float8 AS runs, sum(frames)::float8 AS frames,
    encode(sha256(string_agg(uuid_send(stream) || hash, ''::bytea ORDER BY stream)), 'hex') AS heads
  FROM (SELECT DISTINCT ON (stream) tenant, stream, hash, count(*) OVER (PARTITION BY stream) AS frames
    FROM ${table} WHERE $1::uuid[] IS NULL OR stream = ANY($1) ORDER BY stream, frame DESC) AS last
  GROUP BY tenant ORDER BY tenant`;

/**
 * Records in the stream of each tenant concerned what is dropped of it: how much, and the hash over the heads
 * of the chains, by which an export that was made before can be told to be what was there.
 *
 * @param runs only these; all of the partition when absent
 */
export async function recordDrop(
  client: pg.PoolClient,
  streamOf: StreamOf,
  drop: Drop,
  runs?: readonly string[],
): Promise<void> {
  const { rows } = await client.query<{ tenant: string; runs: number; frames: number; heads: string }>(
    HEADS(pg.escapeIdentifier(drop.partition)),
    [runs ?? null],
  );
  for (const { tenant, ...counts } of rows) {
    const period = drop.from === null || drop.to === null ? {} : { from: +drop.from, to: +drop.to };
    const { class: retention, principal } = drop;
    const meta = { kind: 'retention.dropped' as const, class: retention, ...period, ...counts, principal };
    await appendExclusive(client, streamOf(tenant), [{ meta }], drop.now);
  }
}
