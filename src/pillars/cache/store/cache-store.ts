import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import type { Json } from '../../../contract/json.ts';
import { byteaArray } from '../../../foundation/store/index.ts';
import type { DataKey } from '../../../foundation/vault/index.ts';
import { clearTargets } from './clear-targets.ts';
import { keepWithinBound } from './keep-within-bound.ts';

export type CacheKind = 'exact' | 'semantic' | 'tool';

/** What was found, and the database's time at which it was looked for. */
export type Lookup = {
  found?: { value: Json; run: string; fresh: boolean };
  /** To hand to {@link CacheStore.write} with an answer that is asked for from now on. */
  askedAt: string;
};

/** What is stored, and for how long it may be given again. Durations in milliseconds. */
export type NewCacheEntry = {
  kind: CacheKind;
  tenant: string;
  key: Buffer;
  /** Of a semantic entry. */
  scope?: Buffer;
  agent: string;
  /** Tags that it may be cleared by. */
  tags?: readonly string[];
  /** The run whose answer it is: sealed under its key, it goes when the key goes. */
  run: string;
  value: Json;
  askedAt: string;
  ttl: number;
  /** For so long beyond `ttl` it may be given while a new one is fetched. Default 0. */
  stale?: number;
};

/** An entry of a scope, by its key in hex; `value` is absent where the reader has it already. */
export type ScopeEntry = { key: string; run: string; value?: Json };

/** Answers that may be given again, in PostgreSQL. Every time is the database's. */
export type CacheStore = {
  /** HMAC of a value under the tenant's key: equal values of one tenant have equal keys. */
  keyOf(tenant: string, value: unknown): Promise<Buffer>;
  read(tenant: string, kind: CacheKind, key: Buffer): Promise<Lookup>;
  write(entry: NewCacheEntry): Promise<void>;
  /** The newest entries of a scope; those that are `known` come without their value. */
  readScope(
    tenant: string,
    scope: Buffer,
    known: readonly string[],
  ): Promise<{ entries: ScopeEntry[]; askedAt: string }>;
  /** Whether one of these targets was cleared at or after a time that {@link read} told. */
  clearedSince(tenant: string, targets: readonly string[], askedAt: string): Promise<boolean>;
  /**
   * True for one caller: the one that fetches a stale entry anew.
   *
   * @param patience milliseconds after which somebody else may try, at least
   */
  claimRefresh(tenant: string, key: Buffer, patience: number): Promise<boolean>;
  /** @returns how many entries were there */
  clear(tenant: string, targets: readonly string[]): Promise<number>;
};

/** Entries of one scope that are compared with a question at most: the newest. */
const SCOPE_BOUND = 1_000;
/** Milliseconds within which nobody tries again to fetch an entry anew: what was down may still be. */
const REFRESH_PATIENCE = 60_000;

/** An entry counts until its time is over or one of its targets was cleared after it was asked for. */
const STANDS = `e.expires_at > now() AND NOT EXISTS (
  SELECT FROM cache_clearing c WHERE c.tenant = e.tenant AND c.target = ANY (e.targets) AND c.cleared_at >= e.asked_at)`;

/**
 * @param parts.dataKey of a run. @throws BulkheadError `key_destroyed`
 * @param parts.tenantKey whose hashes name the entries
 * @param parts.bound entries of a kind that a tenant may have; the oldest go. Default 10,000
 * @example
 * const store = createCacheStore({ pool, dataKey, tenantKey });
 * const { found, askedAt } = await store.read('acme', 'exact', await store.keyOf('acme', request));
 */
export function createCacheStore({
  pool,
  dataKey,
  tenantKey,
  bound = 10_000,
}: {
  pool: pg.Pool;
  dataKey: (tenant: string, run: string) => Promise<DataKey>;
  tenantKey: (tenant: string) => Promise<Pick<DataKey, 'keyedHash'>>;
  bound?: number;
}): CacheStore {
  const trim = keepWithinBound(pool, bound);

  const open = async (
    place: { tenant: string; kind: CacheKind; key: Buffer },
    { run, body }: { run: string; body: Buffer },
  ): Promise<Json | undefined> => {
    try {
      const opened = (await dataKey(place.tenant, run)).open(body, contextOf(place));
      return JSON.parse(opened.toString()) as Json;
    } catch (error) {
      // Its run was erased between the two readings.
      if (BulkheadError.isInstance(error) && error.code === 'key_destroyed') return undefined;
      throw error;
    }
  };

  return {
    async keyOf(tenant, value) {
      const { keyedHash } = await tenantKey(tenant);
      return Buffer.from(keyedHash(['cache', value]), 'hex');
    },

    async read(tenant, kind, key) {
      const { rows } = await pool.query<{ asked: string; run: string | null; body: Buffer; fresh: boolean }>({
        name: 'read-cache',
        text: `SELECT clock_timestamp()::text AS asked, e.run, e.body, e.fresh_until > now() AS fresh
          FROM (SELECT) once LEFT JOIN cache_entry e ON e.tenant = $1 AND e.kind = $2 AND e.key = $3 AND ${STANDS}`,
        values: [tenant, kind, key],
      });
      const { asked = '', run = null, body, fresh = false } = rows[0] ?? {};
      if (run === null || body === undefined) return { askedAt: asked };
      const value = await open({ tenant, kind, key }, { run, body });
      return value === undefined ? { askedAt: asked } : { askedAt: asked, found: { value, run, fresh } };
    },

    async write({ kind, tenant, key, scope, agent, tags = [], run, value, askedAt, ttl, stale = 0 }) {
      const body = (await dataKey(tenant, run)).seal(
        Buffer.from(JSON.stringify(value)),
        contextOf({ tenant, kind, key }),
      );
      await pool.query({
        name: 'write-cache',
        text: `INSERT INTO cache_entry AS e
            (tenant, kind, key, scope, agent, targets, run, body, asked_at, fresh_until, expires_at)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 ms', now() + $11 * interval '1 ms')
          ON CONFLICT (tenant, kind, key) DO UPDATE SET scope = excluded.scope, agent = excluded.agent,
            targets = excluded.targets, run = excluded.run, body = excluded.body, asked_at = excluded.asked_at,
            fresh_until = excluded.fresh_until, expires_at = excluded.expires_at, refreshing_until = NULL
          WHERE e.asked_at < excluded.asked_at`,
        values: [
          tenant,
          kind,
          key,
          scope ?? null,
          agent,
          targetsOf(agent, tags),
          run,
          body,
          askedAt,
          ttl,
          ttl + stale,
        ],
      });
      await trim(tenant, kind);
    },

    async readScope(tenant, scope, known) {
      const { rows } = await pool.query<{
        asked: string;
        key: Buffer | null;
        run: string;
        body: Buffer | null;
      }>({
        name: 'read-cache-scope',
        text: `SELECT clock_timestamp()::text AS asked, near.* FROM (SELECT) once LEFT JOIN (
            SELECT e.key, e.run, CASE WHEN e.key = ANY ($3::bytea[]) THEN NULL ELSE e.body END AS body
            FROM cache_entry e WHERE e.tenant = $1 AND e.scope = $2 AND e.kind = 'semantic' AND ${STANDS}
            ORDER BY e.asked_at DESC LIMIT ${SCOPE_BOUND}) near ON true`,
        values: [tenant, scope, byteaArray(known.map((key) => Buffer.from(key, 'hex')))],
      });
      const entries: ScopeEntry[] = [];
      for (const { key, run, body } of rows) {
        if (key === null) continue;
        const entry = { key: key.toString('hex'), run };
        if (body === null) entries.push(entry);
        else {
          const value = await open({ tenant, kind: 'semantic', key }, { run, body });
          if (value !== undefined) entries.push({ ...entry, value });
        }
      }
      return { entries, askedAt: rows[0]?.asked ?? '' };
    },

    async clearedSince(tenant, targets, askedAt) {
      const { rowCount } = await pool.query({
        name: 'cleared-since',
        text: 'SELECT FROM cache_clearing WHERE tenant = $1 AND target = ANY ($2::text[]) AND cleared_at >= $3 LIMIT 1',
        values: [tenant, [...targets], askedAt],
      });
      return rowCount !== 0;
    },

    async claimRefresh(tenant, key, patience) {
      // Fresh again: another worker has fetched it since this one read it.
      const { rowCount } = await pool.query({
        name: 'claim-cache-refresh',
        text: `UPDATE cache_entry SET refreshing_until = now() + $3 * interval '1 ms'
          WHERE tenant = $1 AND kind = 'tool' AND key = $2 AND fresh_until <= now()
            AND (refreshing_until IS NULL OR refreshing_until < now())`,
        values: [tenant, key, Math.max(patience, REFRESH_PATIENCE)],
      });
      return rowCount === 1;
    },

    clear: (tenant, targets) => clearTargets(pool, tenant, targets),
  };
}

/** What an entry may be cleared by. */
export function targetsOf(agent: string, tags: readonly string[] = []): string[] {
  return [`agent:${agent}`, ...tags.map((tag) => `tag:${tag}`)];
}

/** A sealed value opens in its own row only. */
function contextOf({ tenant, kind, key }: { tenant: string; kind: CacheKind; key: Buffer }): string {
  return `${tenant}|cache_entry|${kind}|${key.toString('hex')}`;
}
