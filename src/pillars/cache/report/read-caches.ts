import type pg from 'pg';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import { type Calibration, calibrate } from '../semantic/calibrate.ts';
import { READ_JUDGED, type StoredJudgement, toJudgement } from '../semantic/semantic-hits.ts';
import type { CacheKind } from '../store/cache-store.ts';

/** How often a cache was asked, and what its hits saved, in the last 30 days. */
export type CacheUseSum = {
  agent: string;
  kind: CacheKind;
  asked: number;
  hits: number;
  savedTokens: number;
  savedUsd: number;
};

/** How the semantic cache of a deployed definition stands. */
export type SemanticState = Calibration & {
  agent: string;
  /** As declared. */
  declared: number;
  maxWrong: number;
};

export type CacheReport = {
  uses: CacheUseSum[];
  semantic: SemanticState[];
  /** Entries that stand, by kind. */
  entries: Record<CacheKind, number>;
};

const USES = `SELECT agent, kind, sum(asked)::float8 AS asked, sum(hits)::float8 AS hits,
    sum(saved_tokens)::float8 AS "savedTokens", sum(saved_usd)::float8 AS "savedUsd"
  FROM cache_use WHERE tenant = $1 AND day > (now() AT TIME ZONE 'UTC')::date - 30
  GROUP BY agent, kind ORDER BY agent, kind`;

/**
 * What caches did for a tenant, and how far they are to be believed.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 */
export async function readCaches(client: pg.PoolClient, tenant: string): Promise<CacheReport> {
  const uses = await client.query<CacheUseSum>(USES, [tenant]);
  const counts = await client.query<{ kind: CacheKind; entries: number }>(
    'SELECT kind, count(*)::int AS entries FROM cache_entry WHERE tenant = $1 AND expires_at > now() GROUP BY kind',
    [tenant],
  );
  const deployed = await client.query<{ definition: DefinitionManifest }>(
    `SELECT definition FROM deployment WHERE tenant = $1 AND definition #> '{cache,semantic}' IS NOT NULL ORDER BY name`,
    [tenant],
  );
  const semantic: SemanticState[] = [];
  for (const { definition } of deployed.rows) {
    const policy = definition.cache?.semantic;
    if (policy === undefined) continue;
    const { rows } = await client.query<StoredJudgement>(READ_JUDGED, [tenant, definition.hash]);
    semantic.push({
      agent: definition.name,
      declared: policy.threshold,
      maxWrong: policy.maxWrong,
      ...calibrate(rows.map(toJudgement), policy),
    });
  }
  const entries = { exact: 0, semantic: 0, tool: 0 };
  for (const { kind, entries: count } of counts.rows) entries[kind] = count;
  return { uses: uses.rows, semantic, entries };
}
