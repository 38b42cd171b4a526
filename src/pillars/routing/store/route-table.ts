import type pg from 'pg';
import { appendExclusive, type Stream } from '../../../foundation/journal/index.ts';
import { packModel, type Reason, type TrainedRoute } from '../learn/index.ts';

/** What was learned of an agent, as people read it. */
export type Route = Omit<TrainedRoute, 'model' | 'reason'> & {
  agent: string;
  version: number;
  pair: string;
  active: boolean;
  reason: Reason | null;
  /** Bytes of the weights; 0 where there was too little to train on. */
  weightsSize: number;
  /** What was asked for, as a share of the larger tier's. */
  quality: number;
  cascade: boolean;
  trainedBy: string;
  trainedAt: Date;
};

const SELECT = `SELECT agent, version, pair, active, reason, coalesce(length(weights), 0) AS "weightsSize", threshold,
    quality, cascade, samples, held_out AS "heldOut", auc, accuracy, cost_ratio AS "costRatio", curve,
    trained_by AS "trainedBy", trained_at AS "trainedAt"
  FROM routing_route WHERE tenant = current_tenant() AND agent = $1`;

/** @param client behind the tenant's wall @returns undefined: nothing was trained yet */
export async function readRoute(client: pg.PoolClient, agent: string): Promise<Route | undefined> {
  return (await client.query<Route>(SELECT, [agent])).rows[0];
}

/**
 * Puts what was learned in the place of what was before: workers route by it within seconds, or by the plain order
 * where it says why it is of no use.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 */
export async function writeRoute(
  client: pg.PoolClient,
  trained: TrainedRoute & { agent: string; pair: string; quality: number; cascade: boolean },
  { stream, principal, now }: { stream: Stream; principal: string; now: number },
): Promise<Route> {
  const { agent, pair, quality, cascade, model, reason, threshold, samples, heldOut, auc, accuracy } =
    trained;
  const { rows } = await client.query<{ version: number }>(
    `INSERT INTO routing_route AS r (tenant, agent, version, pair, active, reason, weights, threshold, quality, cascade,
        samples, held_out, auc, accuracy, cost_ratio, curve, trained_by)
      VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
      ON CONFLICT (tenant, agent) DO UPDATE SET version = r.version + 1, pair = excluded.pair,
        active = excluded.active, reason = excluded.reason, weights = excluded.weights,
        threshold = excluded.threshold, quality = excluded.quality, cascade = excluded.cascade,
        samples = excluded.samples, held_out = excluded.held_out, auc = excluded.auc, accuracy = excluded.accuracy,
        cost_ratio = excluded.cost_ratio, curve = excluded.curve, trained_by = excluded.trained_by, trained_at = now()
      RETURNING version`,
    [
      ...[stream.tenant, agent, pair, reason === undefined, reason ?? null],
      ...[model === undefined ? null : packModel(model), threshold, quality, cascade, samples, heldOut, auc],
      ...[accuracy, trained.costRatio, JSON.stringify(trained.curve), principal],
    ],
  );
  const version = rows[0]?.version ?? 1;
  const meta = {
    kind: 'route.trained' as const,
    agent,
    version,
    active: reason === undefined,
    samples,
    principal,
  };
  await appendExclusive(client, stream, [{ meta }], now);
  const written = await readRoute(client, agent);
  if (written === undefined) throw new Error('A route that was just written is not there.');
  return written;
}
