import type { Clock } from '../../contract/clock.ts';
import type { ToolCall } from '../../contract/gateway-call.ts';
import type { Json } from '../../contract/json.ts';
import type { ReviewKind } from '../../contract/review.ts';
import { mayPass } from '../../foundation/store/index.ts';
import type { ReviewDesk } from './review-desk.ts';

/** What a middleware asks a person about a tool call. */
export type Question = {
  kind: Extract<ReviewKind, 'approval' | 'unknown-outcome'>;
  /** What exactly is decided about; a decision on anything else does not count. */
  subject: unknown;
  /** What the reviewer reads, beside the tool and its input. */
  content: { readonly [name: string]: Json };
  /** Milliseconds. */
  expiresAfter: number;
};

export type Answer = { decision: string; note?: string; output?: Json };

/** Either the answer, or what the step has to wait for. */
export type Consultation =
  | { status: 'answered'; answer: Answer }
  | { status: 'waiting'; wait: () => Promise<never> };

export type ConsultParts = { desk: Pick<ReviewDesk, 'open' | 'expire'>; clock: Clock; newId: () => string };

/** Milliseconds between tries while the database does not do what it is asked. */
const PAUSE = 500;

/**
 * Asks a person about a call, once, however often the step is entered: the question is journaled before it is
 * put, and put again under the same id. When its time is over and nobody answered, the answer is `expired`;
 * a decision that came at the last moment wins.
 */
export async function consult(
  call: ToolCall,
  question: Question,
  parts: ConsultParts,
): Promise<Consultation> {
  const { step, tool, run } = call;
  const { desk, clock } = parts;
  const { kind } = question;
  const binding = step.keyedHash(question.subject);
  const asked = questionOf(call, kind, binding) ?? ask(call, question, binding, parts);
  const given = answerTo(call, asked.review, binding);
  if (given !== undefined) return { status: 'answered', answer: given };
  await step.durable();
  await patiently(call.signal, clock, () =>
    desk.open({
      id: asked.review,
      tenant: run.tenant,
      run: run.id,
      kind,
      agent: run.agent,
      tool: tool.name,
      stepKey: step.key,
      binding,
      content: { ...asked.content, tool: tool.name, input: call.input },
      expiresAt: asked.expiresAt,
    }),
  );
  if (
    step.now() >= asked.expiresAt &&
    (await patiently(call.signal, clock, () => desk.expire(asked.review)))
  ) {
    step.record({
      meta: {
        kind: 'review.decided',
        key: step.key,
        review: asked.review,
        reviewKind: kind,
        decision: 'expired',
        binding,
      },
    });
    return { status: 'answered', answer: { decision: 'expired' } };
  }
  return {
    status: 'waiting',
    wait: () => step.suspend({ for: 'review', review: asked.review }, asked.expiresAt),
  };
}

type Asked = { review: string; expiresAt: number; content: { readonly [name: string]: Json } };

/** The question as it was journaled, if this step asked it before. */
function questionOf({ step }: ToolCall, kind: ReviewKind, binding: string): Asked | undefined {
  for (const { meta, body } of step.entries) {
    if (meta.kind !== 'review.requested' || meta.reviewKind !== kind || meta.binding !== binding) continue;
    return {
      review: meta.review,
      expiresAt: meta.expiresAt,
      content: (body?.review ?? {}) as Asked['content'],
    };
  }
  return undefined;
}

function ask(
  { step, tool, input }: ToolCall,
  { kind, content, expiresAfter }: Question,
  binding: string,
  { newId }: ConsultParts,
): Asked {
  const review = newId();
  const expiresAt = step.now() + expiresAfter;
  step.record({
    meta: {
      kind: 'review.requested',
      key: step.key,
      review,
      reviewKind: kind,
      tool: tool.name,
      binding,
      expiresAt,
    },
    body: { input, review: content },
  });
  return { review, expiresAt, content };
}

function answerTo({ step }: ToolCall, review: string, binding: string): Answer | undefined {
  for (const { meta, body } of step.entries) {
    if (meta.kind !== 'review.decided' || meta.review !== review || meta.binding !== binding) continue;
    return {
      decision: meta.decision,
      ...(body?.note === undefined ? {} : { note: body.note }),
      ...(body?.output === undefined ? {} : { output: body.output }),
    };
  }
  return undefined;
}

/** What ails the database must not cost a question: what fails of it is done again until it works. */
async function patiently<Result>(
  signal: AbortSignal,
  clock: Clock,
  work: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error)) throw error;
      await clock.sleep(PAUSE, signal);
    }
  }
}
