import type pg from 'pg';
import type { Json } from '../../../contract/json.ts';
import type { Principal } from '../../../contract/principal.ts';
import { createRun, type NewRun, recordOrigin } from '../../../foundation/queue/index.ts';
import { checkWebhookUrl } from '../../../pillars/channel/index.ts';
import { type Deployment, findDeployment } from '../../../pillars/release/index.ts';
import type { RouteParts } from '../parts.ts';
import type { Run } from '../schemas/run.ts';
import type { RunSubmission } from '../schemas/run-submission.ts';
import { checkInput } from './check-input.ts';
import { checkModels } from './check-models.ts';
import { lowerBudget } from './lower-budget.ts';

export type SubmitParts = Pick<RouteParts, 'keys' | 'models' | 'allowLoopback'>;

/**
 * Checks a submission against what is deployed, and makes its run.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @param start a given id makes the call idempotent; the origin says which schedule it is for
 * @throws BulkheadError `unknown_agent`, `invalid_input`, `unknown_model`, `missing_key`, `invalid_webhook_url`
 */
export async function submitRun(
  client: pg.PoolClient,
  parts: SubmitParts,
  principal: Pick<Principal, 'id' | 'tenant'>,
  submission: RunSubmission,
  start: Pick<NewRun, 'id' | 'origin'> = {},
): Promise<Run> {
  const { session, subject, webhook } = submission;
  if (webhook !== undefined) checkWebhookUrl(webhook, parts);
  const { version, kind, definition, input } = await checkSubmission(client, parts, submission);
  const lane = submission.lane ?? 'normal';
  const { id, created, createdAt } = await createRun(client, parts.keys, {
    ...start,
    tenant: principal.tenant,
    agent: definition.name,
    kind,
    version,
    principal: principal.id,
    lane,
    budget: lowerBudget(definition.budget, submission.budget ?? {}),
    input,
    ...(session === undefined ? {} : { session }),
    ...(subject === undefined ? {} : { subject }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(definition.retention === undefined ? {} : { retention: definition.retention }),
  });
  const { origin } = start;
  if (created && origin !== undefined) await recordOrigin(client, id, origin);
  const tick = origin?.schedule?.tick;
  return {
    id,
    agent: definition.name,
    kind,
    version,
    status: 'queued',
    outcome: 'unknown',
    input,
    output: null,
    error: null,
    usage: { inputTokens: 0, outputTokens: 0, modelCalls: 0, toolCalls: 0 },
    usd: 0,
    lane,
    session: session ?? null,
    subject: subject ?? null,
    parent: null,
    schedule:
      origin?.schedule === undefined
        ? null
        : { id: origin.schedule.id, tick: tick === undefined ? null : new Date(tick).toISOString() },
    continues: null,
    continuedAs: null,
    waitingFor: [],
    createdAt: new Date(createdAt).toISOString(),
    startedAt: null,
    finishedAt: null,
  };
}

/**
 * What a submission would start now: the deployment, and the input as it takes it.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @throws BulkheadError `unknown_agent`, `invalid_input`, `unknown_model`, `missing_key`
 */
export async function checkSubmission(
  client: pg.PoolClient,
  parts: Pick<SubmitParts, 'models'>,
  submission: Pick<RunSubmission, 'agent' | 'input'>,
): Promise<Deployment & { input: Json }> {
  const deployment = await findDeployment(client, submission.agent);
  await checkModels(deployment.definition, parts.models);
  return { ...deployment, input: checkInput(deployment.definition, submission.input) };
}
