import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import type { BundleManifest } from '../../contract/manifest.ts';

/**
 * The code of one version.
 *
 * @param pool in the worker's role, which sees every tenant
 * @throws BulkheadError `unknown_version`
 */
export async function loadBundle(pool: pg.Pool, tenant: string, version: string): Promise<Buffer> {
  const { rows } = await pool.query<{ code: Buffer }>(
    'SELECT code FROM bundle WHERE tenant = $1 AND version = $2',
    [tenant, version],
  );
  return rows[0]?.code ?? unknownVersion(tenant, version);
}

/**
 * What one version declared when it was deployed.
 *
 * @param pool in the worker's role
 * @throws BulkheadError `unknown_version`
 */
export async function loadManifest(pool: pg.Pool, tenant: string, version: string): Promise<BundleManifest> {
  const { rows } = await pool.query<{ manifest: BundleManifest }>(
    'SELECT manifest FROM bundle WHERE tenant = $1 AND version = $2',
    [tenant, version],
  );
  return rows[0]?.manifest ?? unknownVersion(tenant, version);
}

function unknownVersion(tenant: string, version: string): never {
  throw new BulkheadError({
    code: 'unknown_version',
    message: `Tenant "${tenant}" has no bundle ${version}. Deploy the code that it was built from again: the same code has the same version.`,
    status: 404,
  });
}
