import type pg from 'pg';
import { candidatesOf } from '../../../contract/candidates.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import type { Stream } from '../../../foundation/journal/index.ts';
import { pairOf } from '../cascade/pair.ts';
import { type Side, trainRoute } from '../learn/index.ts';
import { readSamples } from './read-samples.ts';
import { type Route, writeRoute } from './route-table.ts';

/** What the answers must come to where nobody says otherwise, as a share of the larger tier's. */
const DEFAULT_QUALITY = 0.95;

/** A transaction behind the tenant's wall. */
type Transaction = <Result>(work: (client: pg.PoolClient) => Promise<Result>) => Promise<Result>;

/**
 * Trains the route of an agent on what its runs have shown, and puts it in place. No transaction is open while it
 * learns.
 *
 * @param request.quality what is asked for; else what the definition says, else `defaultQuality`
 * @throws BulkheadError `not_routed`
 */
export async function trainAgent(
  transaction: Transaction,
  request: {
    definition: DefinitionManifest;
    stream: Stream;
    principal: string;
    now: number;
    quality?: number | undefined;
    defaultQuality?: number | undefined;
  },
): Promise<Route> {
  const { definition, stream, principal, now } = request;
  const { name: agent, routing } = definition;
  const pair = pairNameOf(definition);
  if (routing === undefined || pair === undefined) throw notRouted(definition);
  const quality = request.quality ?? routing.quality ?? request.defaultQuality ?? DEFAULT_QUALITY;
  const cascade = routing.cascade === true;
  const samples = await transaction((client) => readSamples(client, agent, pair));
  const trained = await trainRoute(samples, { quality, cascade, plain: plainSideOf(definition) });
  return transaction((client) =>
    writeRoute(client, { ...trained, agent, pair, quality, cascade }, { stream, principal, now }),
  );
}

/** The edge tier is asked last: with it the plain order begins with the larger one of two. */
function plainSideOf({ model }: Pick<DefinitionManifest, 'model'>): Side {
  const candidates = candidatesOf(model, '');
  return candidates[0].tier === pairOf(candidates)?.large.tier ? 'large' : 'small';
}

/** The pair of tiers that a definition names; undefined where it names fewer. */
export function pairNameOf({ model }: Pick<DefinitionManifest, 'model'>): string | undefined {
  return model === null ? undefined : pairOf(candidatesOf(model, ''))?.name;
}

/** The error of a definition of which nothing is learned. */
export function notRouted({ kind, name }: Pick<DefinitionManifest, 'kind' | 'name'>): BulkheadError {
  return new BulkheadError({
    code: 'not_routed',
    message: `Nothing is learned of the ${kind} "${name}": it does not declare routing. Give it models of two tiers and routing: {}, and deploy it again.`,
    status: 409,
  });
}
