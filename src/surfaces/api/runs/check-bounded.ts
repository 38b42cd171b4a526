import type pg from 'pg';
import { findDeployment } from '../../../pillars/release/index.ts';
import { DIRECT } from '../../../run/chat/direct.ts';

/**
 * Lets a limit or a budget be set for what is deployed, and for model calls that name no agent: one of a misspelt
 * name would hold back nothing.
 *
 * @param client behind the tenant's wall
 * @param agent absent: all agents together
 * @throws BulkheadError `unknown_agent`
 */
export async function checkBounded(client: pg.PoolClient, agent: string | undefined): Promise<void> {
  if (agent !== undefined && agent !== DIRECT.name) await findDeployment(client, agent);
}
