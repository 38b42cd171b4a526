import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import { nearestFirst } from './nearest-first.ts';

/** What new runs of a name are pinned to. */
export type Deployment = {
  version: string;
  kind: 'agent' | 'workflow';
  definition: DefinitionManifest;
  deployedAt: Date;
};

const NAMES_SHOWN = 10;

/**
 * What is deployed under a name.
 *
 * @param client behind the tenant's wall
 * @throws BulkheadError `unknown_agent` that names what is deployed, the most alike first
 */
export async function findDeployment(client: pg.PoolClient, name: string): Promise<Deployment> {
  const { rows } = await client.query<Deployment>({
    name: 'find-deployment',
    text: `SELECT version, kind, definition, deployed_at AS "deployedAt" FROM deployment
      WHERE tenant = current_tenant() AND name = $1`,
    values: [name],
  });
  const found = rows[0];
  if (found !== undefined) return found;
  const { rows: deployed } = await client.query<{ name: string }>(
    'SELECT name FROM deployment WHERE tenant = current_tenant() ORDER BY name',
  );
  throw unknownAgent(
    name,
    deployed.map((row) => row.name),
  );
}

/** Everything that is deployed, by name. */
export async function listDeployments(client: pg.PoolClient): Promise<Deployment[]> {
  const { rows } = await client.query<Deployment>(
    `SELECT version, kind, definition, deployed_at AS "deployedAt" FROM deployment
     WHERE tenant = current_tenant() ORDER BY name`,
  );
  return rows;
}

function unknownAgent(name: string, deployed: readonly string[]): BulkheadError {
  const names = nearestFirst(name, deployed).slice(0, NAMES_SHOWN);
  const more =
    deployed.length > names.length ? ` and ${deployed.length - names.length} more (GET /v1/agents)` : '';
  return new BulkheadError({
    code: 'unknown_agent',
    message:
      names.length === 0
        ? `There is no agent or workflow "${name}": nothing is deployed yet. Deploy it with \`bulkhead deploy <folder>\`.`
        : `There is no agent or workflow "${name}". Deployed are: ${names.join(', ')}${more}. Deploy it with \`bulkhead deploy <folder>\`.`,
    status: 404,
    details: { agent: name, deployed: names },
  });
}
