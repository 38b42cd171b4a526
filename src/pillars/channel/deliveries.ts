import type pg from 'pg';
import type { WebhookRun } from './webhook-message.ts';

/** One delivery to make; its id is the message's id at every attempt. */
export type Delivery = {
  id: string;
  tenant: string;
  url: string;
  event: string;
  /** This attempt's number, from 1. */
  attempts: number;
  /** Null when the run is no longer there. */
  run: WebhookRun | null;
};

/** Of one tenant in one claim: a tenant whose receivers hang must not hold up the others. */
const OF_ONE_TENANT = 8;

// Times are the caller's clock. Moving next_at is the lease: a sender that dies is followed by another.
const CLAIM = `WITH due AS (
  SELECT of_tenant.id FROM (
    SELECT DISTINCT tenant FROM webhook_delivery
    WHERE status = 'pending' AND next_at <= $1 AND tenant <> ALL($2::text[])
  ) t CROSS JOIN LATERAL (
    SELECT id FROM webhook_delivery WHERE tenant = t.tenant AND status = 'pending' AND next_at <= $1
    ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
  ) of_tenant LIMIT $4
), claimed AS (
  UPDATE webhook_delivery SET attempts = attempts + 1, next_at = $5
  WHERE id IN (SELECT id FROM due) RETURNING id, tenant, run, url, event, attempts
)
SELECT c.id, c.tenant, c.url, c.event, c.attempts, CASE WHEN r.id IS NOT NULL THEN jsonb_build_object(
    'id', r.id, 'agent', r.agent, 'kind', r.kind, 'version', r.version, 'session', r.session,
    'status', r.status, 'outcome', r.outcome, 'errorCode', r.error_code,
    'inputTokens', r.input_tokens, 'outputTokens', r.output_tokens, 'modelCalls', r.model_calls,
    'toolCalls', r.tool_calls, 'usd', r.usd,
    'createdAt', extract(epoch FROM r.created_at) * 1000, 'finishedAt', extract(epoch FROM r.finished_at) * 1000
  ) END AS run
FROM claimed c LEFT JOIN run r ON r.id = c.run`;

/** Takes deliveries that are due, for `lease` milliseconds. */
export async function claimDeliveries(
  pool: pg.Pool,
  options: { now: number; lease: number; limit: number; busyTenants: readonly string[] },
): Promise<Delivery[]> {
  const { rows } = await pool.query<Delivery>({
    name: 'claim-deliveries',
    text: CLAIM,
    values: [
      new Date(options.now),
      options.busyTenants,
      OF_ONE_TENANT,
      options.limit,
      new Date(options.now + options.lease),
    ],
  });
  return rows;
}

/** What became of an attempt; `nextAt` in milliseconds since the epoch. */
export type AttemptResult =
  | { status: 'delivered' }
  | { status: 'given-up'; reason: string }
  | { status: 'pending'; nextAt: number; reason: string };

/** Writes an attempt's result, unless a later attempt has begun meanwhile. */
export async function settleDelivery(
  pool: pg.Pool,
  delivery: Delivery,
  result: AttemptResult,
  now: number,
): Promise<void> {
  await pool.query({
    name: 'settle-delivery',
    text: `UPDATE webhook_delivery SET status = $3, last_error = $4, next_at = coalesce($5, next_at),
        delivered_at = CASE WHEN $3 = 'delivered' THEN $6::timestamptz END
      WHERE id = $1 AND attempts = $2 AND status = 'pending'`,
    values: [
      delivery.id,
      delivery.attempts,
      result.status,
      result.status === 'delivered' ? null : result.reason,
      result.status === 'pending' ? new Date(result.nextAt) : null,
      new Date(now),
    ],
  });
}
