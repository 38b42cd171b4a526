import type pg from 'pg';
import type { BundleManifest } from '../../contract/manifest.ts';
import { appendExclusive, type Stream } from '../../foundation/journal/index.ts';
import { bundleVersion } from './bundle-version.ts';

export type NewBundle = {
  /** The tenant's own stream. */
  stream: Stream;
  /** Who deploys: an API key's id, or `'cli'`. */
  principal: string;
  code: Buffer;
  manifest: BundleManifest;
  /** Milliseconds since the epoch. */
  now: number;
};

export type RegisteredBundle = {
  version: string;
  /** False when this very code was there already. */
  created: boolean;
};

const UPSERT_DEPLOYMENT = `INSERT INTO deployment (tenant, name, version, kind, definition)
  SELECT $1, d->>'name', $2, d->>'kind', d FROM jsonb_array_elements($3::jsonb) AS d ORDER BY d->>'name'
  ON CONFLICT (tenant, name) DO UPDATE SET version = EXCLUDED.version, kind = EXCLUDED.kind,
    definition = EXCLUDED.definition, deployed_at = now()
  WHERE deployment.version <> EXCLUDED.version
  RETURNING name`;

/**
 * Stores a bundle and makes it the version that new runs of its names are pinned to. Names that it does
 * not define stay on the version that they have. Deploying the version that is live already changes and
 * records nothing.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 */
export async function registerBundle(client: pg.PoolClient, bundle: NewBundle): Promise<RegisteredBundle> {
  const { tenant } = bundle.stream;
  const version = bundleVersion(bundle.code);
  const { rowCount: inserted } = await client.query(
    `INSERT INTO bundle (tenant, version, code, manifest) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant, version) DO NOTHING`,
    [tenant, version, bundle.code, JSON.stringify(bundle.manifest)],
  );
  const { rows } = await client.query<{ name: string }>(UPSERT_DEPLOYMENT, [
    tenant,
    version,
    JSON.stringify(bundle.manifest.definitions),
  ]);
  const names = rows.map(({ name }) => name).sort();
  if (names.length > 0) {
    const meta = { kind: 'bundle.deployed' as const, version, principal: bundle.principal, names };
    await appendExclusive(client, bundle.stream, [{ meta }], bundle.now);
  }
  return { version, created: inserted === 1 };
}
