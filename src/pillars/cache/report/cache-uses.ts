import type pg from 'pg';
import type { CacheKind } from '../store/cache-store.ts';

/** One question to a cache; with `saved` it was a hit. */
export type CacheUse = {
  tenant: string;
  agent: string;
  kind: CacheKind;
  saved?: { savedTokens: number; savedUsd: number } | undefined;
};

export type CacheUses = {
  count(use: CacheUse): void;
  start(): void;
  /** Writes what was counted last. */
  stop(): Promise<void>;
};

type Sum = {
  tenant: string;
  agent: string;
  kind: CacheKind;
  asked: number;
  hits: number;
  tokens: number;
  usd: number;
};

/** Milliseconds for which counts are collected: a row for each question would be written by all at once. */
const WRITE_EVERY = 1_000;

/**
 * Counts how often caches are asked and answer, a row a day. A worker that dies loses its last second; each hit also
 * stands in its run's journal.
 */
export function createCacheUses({ pool }: { pool: pg.Pool }): CacheUses {
  let sums = new Map<string, Sum>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    if (sums.size === 0) return;
    const counted = sums;
    sums = new Map();
    const rows = [...counted.values()].sort((one, other) => (groupOf(one) < groupOf(other) ? -1 : 1));
    try {
      await pool.query(
        `INSERT INTO cache_use AS u (tenant, agent, kind, day, asked, hits, saved_tokens, saved_usd)
         SELECT tenant, agent, kind, (now() AT TIME ZONE 'UTC')::date, asked, hits, tokens, usd
         FROM json_to_recordset($1) AS s
           (tenant text, agent text, kind text, asked bigint, hits bigint, tokens bigint, usd numeric)
         ON CONFLICT (tenant, agent, kind, day) DO UPDATE SET asked = u.asked + excluded.asked,
           hits = u.hits + excluded.hits, saved_tokens = u.saved_tokens + excluded.saved_tokens,
           saved_usd = u.saved_usd + excluded.saved_usd`,
        [JSON.stringify(rows)],
      );
    } catch {
      for (const row of rows) add(row);
    }
  };

  const add = ({ asked, hits, tokens, usd, ...of }: Sum) => {
    const sum = sums.get(groupOf(of)) ?? { ...of, asked: 0, hits: 0, tokens: 0, usd: 0 };
    sum.asked += asked;
    sum.hits += hits;
    sum.tokens += tokens;
    sum.usd += usd;
    sums.set(groupOf(of), sum);
  };

  return {
    count({ saved, ...of }) {
      add({
        ...of,
        asked: 1,
        hits: saved === undefined ? 0 : 1,
        tokens: saved?.savedTokens ?? 0,
        usd: saved?.savedUsd ?? 0,
      });
    },
    start() {
      timer ??= setInterval(() => {
        writing = writing.then(write);
      }, WRITE_EVERY).unref();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await writing;
      await write();
    },
  };
}

function groupOf({ tenant, agent, kind }: Pick<Sum, 'tenant' | 'agent' | 'kind'>): string {
  return `${tenant}\n${agent}\n${kind}`;
}
