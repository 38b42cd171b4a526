import type pg from 'pg';
import {
  findKept,
  type Kept,
  keep,
  keyReused,
  oldestKept,
  secretHash,
  takeKey,
} from '../idempotency/kept-keys.ts';
import type { RouteParts } from '../parts.ts';

/** An `Idempotency-Key`, and the hash of the request that it came with. */
export type ChatKey = { key: string; hash: Buffer };

type Parts = Pick<RouteParts, 'clock' | 'tenantStream' | 'alone' | 'together'>;

/**
 * The run that a key stands for, perhaps before it is made.
 *
 * @throws BulkheadError `idempotency_key_reused` for another request
 */
export async function runUnder(parts: Parts, tenant: string, given: ChatKey): Promise<string | undefined> {
  const hash = secretHash(await parts.tenantStream(tenant), given.hash);
  return parts.together(tenant, (client) => find(parts, client, tenant, { ...given, hash }));
}

/**
 * Lets a key stand for a run that is yet to be made. The run is made in a commit of its own; whoever finds the key
 * and no run makes it under the same id, so that there is never more than one.
 *
 * @param run.instead the run for which the key stood, which gave no answer
 * @returns the run for which it stands now: another request may have been first
 * @throws BulkheadError `idempotency_key_reused` for another request
 */
export async function reserveRun(
  parts: Parts,
  tenant: string,
  given: ChatKey,
  run: { id: string; instead: string | undefined },
): Promise<string> {
  const hash = secretHash(await parts.tenantStream(tenant), given.hash);
  return parts.alone(tenant, async (client) => {
    await takeKey(client, tenant, given.key);
    const kept = await find(parts, client, tenant, { ...given, hash });
    if (kept !== undefined && kept !== run.instead) return kept;
    const request = { tenant, key: given.key, hash, oldest: oldestKept(parts.clock) };
    await keep(client, request, 200, JSON.stringify({ body: { run: run.id } }));
    return run.id;
  });
}

async function find(
  { clock }: Parts,
  client: pg.PoolClient,
  tenant: string,
  { key, hash }: ChatKey,
): Promise<string | undefined> {
  const kept = await findKept(client, tenant, key, oldestKept(clock));
  if (kept === undefined) return undefined;
  if (!kept.request_hash.equals(hash)) throw keyReused();
  return runIn(kept);
}

/** The request's hash names the route, so that what was kept is a chat's. */
function runIn({ response }: Kept): string {
  return (JSON.parse(response) as { body: { run: string } }).body.run;
}
