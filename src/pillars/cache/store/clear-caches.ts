import type pg from 'pg';
import { appendExclusive, type Stream } from '../../../foundation/journal/index.ts';
import { clearTargets } from './clear-targets.ts';

/**
 * Clears cached results and answers, as a person asks for, and records who did.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @param request.tags as tools declare them
 * @param request.agent all that was kept for its runs
 * @param request.now milliseconds since the epoch
 * @returns how many entries were there
 */
export async function clearCaches(
  client: pg.PoolClient,
  request: {
    stream: Stream;
    tags: readonly string[];
    agent?: string | undefined;
    principal: string;
    now: number;
  },
): Promise<number> {
  const { stream, tags, agent, principal, now } = request;
  const targets = [...tags.map((tag) => `tag:${tag}`), ...(agent === undefined ? [] : [`agent:${agent}`])];
  const entries = await clearTargets(client, stream.tenant, targets);
  await appendExclusive(
    client,
    stream,
    [{ meta: { kind: 'cache.cleared', targets, entries, principal } }],
    now,
  );
  return entries;
}
