import { randomUUID } from 'node:crypto';
import type { Json } from '../../../contract/json.ts';
import type { Settled } from '../../protocol.ts';
import { settledOf } from '../recorded-steps.ts';
import type { StepContext, StepHandler } from './step-context.ts';

const DAY = 86_400_000;
/** How long a person may take unless the author says otherwise. */
const PATIENCE = 7 * DAY;

/** `context.review`: asks a person to approve or deny what the workflow describes. */
export const reviewStep: StepHandler<'review'> = (context, request) =>
  askPerson(context, {
    kind: 'answer',
    content: { title: request.title, detail: request.detail },
    patience: request.expiresAfter ?? PATIENCE,
  });

/** A model that is not sure hands over: a person's answer becomes the run's output. */
export const escalateStep: StepHandler<'escalate'> = (context, { operation: _, ...content }) =>
  askPerson(context, { kind: 'escalation', content, patience: PATIENCE });

async function askPerson(
  context: StepContext,
  request: { kind: 'answer' | 'escalation'; content: Json; patience: number },
): Promise<Settled> {
  const { step, services, run, requestHash } = context;
  const decided = step.entries.find(({ meta }) => meta.kind === 'review.decided');
  if (decided !== undefined) return settledOf(decided);
  const asked = step.entries.find(({ meta }) => meta.kind === 'review.requested')?.meta;
  const binding = step.keyedHash(request.content);
  const review = asked?.kind === 'review.requested' ? asked.review : randomUUID();
  const expiresAt = asked?.kind === 'review.requested' ? asked.expiresAt : step.now() + request.patience;
  if (asked === undefined) {
    step.record({
      meta: { kind: 'review.requested', key: step.key, review, reviewKind: request.kind, binding, expiresAt },
      body: { requestHash, review: request.content },
    });
  }
  await step.durable();
  if (step.now() >= expiresAt && (await services.reviews.expire(review))) {
    step.record({
      meta: {
        kind: 'review.decided',
        key: step.key,
        review,
        reviewKind: request.kind,
        decision: 'expired',
        binding,
      },
      body: {
        requestHash,
        ...(request.kind === 'escalation'
          ? { error: { code: 'escalation_expired', message: 'Nobody answered in time.' } }
          : {}),
      },
    });
    const last = step.entries.at(-1);
    if (last !== undefined) return settledOf(last);
  }
  await services.reviews.open({
    id: review,
    tenant: run.facts.tenant,
    run: run.facts.id,
    kind: request.kind,
    agent: run.facts.agent,
    stepKey: step.key,
    binding,
    content: request.content,
    expiresAt,
  });
  return step.suspend({ for: 'review', review }, expiresAt);
}
