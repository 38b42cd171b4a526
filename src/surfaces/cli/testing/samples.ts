import type { Review, Run, RunEntry } from '../client/index.ts';

const RUN = '0197f3c2-0000-7000-8000-000000000001';
const REVIEW = '5f0c2d6e-0000-4000-8000-000000000001';

export function sampleRun(changes: Partial<Run> = {}): Run {
  return {
    id: RUN,
    agent: 'support',
    kind: 'agent',
    version: 'a'.repeat(64),
    status: 'queued',
    outcome: 'unknown',
    input: 'Is my line up?',
    output: null,
    error: null,
    usage: { inputTokens: 0, outputTokens: 0, modelCalls: 0, toolCalls: 0 },
    usd: 0,
    lane: 'normal',
    session: null,
    subject: null,
    parent: null,
    schedule: null,
    continues: null,
    continuedAs: null,
    waitingFor: [],
    createdAt: '2026-03-01T12:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    ...changes,
  };
}

/** A run that answered. */
export function answeredRun(changes: Partial<Run> = {}): Run {
  return sampleRun({
    status: 'succeeded',
    output: 'It is up.',
    usage: { inputTokens: 900, outputTokens: 100, modelCalls: 2, toolCalls: 1 },
    usd: 0.0012,
    startedAt: '2026-03-01T12:00:00.250Z',
    finishedAt: '2026-03-01T12:00:01.500Z',
    ...changes,
  });
}

export function sampleReview(changes: Partial<Review> = {}): Review {
  return {
    id: REVIEW,
    kind: 'approval',
    status: 'pending',
    run: RUN,
    agent: 'support',
    tool: 'credit',
    content: { tool: 'credit', input: { account: 'AC-1042', usd: 80 } },
    decisions: ['approved', 'denied'],
    decision: null,
    decidedBy: null,
    createdAt: '2026-03-01T12:00:00.000Z',
    expiresAt: '2026-03-08T12:00:00.000Z',
    decidedAt: null,
    ...changes,
  };
}

/** The entries of a run that looked something up, asked a person and answered. */
export const sampleEntries: RunEntry[] = [
  { kind: 'run.claimed', epoch: 1, worker: 'w1', at: 1 },
  {
    kind: 'model.completed',
    key: 'model.1',
    outcome: 'ok',
    model: 'local',
    usage: {
      inputTokens: 400,
      outputTokens: 12,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    },
    usd: 0.0004,
    durationMs: 12,
    at: 2,
  },
  {
    kind: 'tool.requested',
    key: 'tool:credit.1',
    tool: 'credit',
    effect: 'write',
    risk: ['financial'],
    toolCallId: 'c1',
    inputHash: 'h',
    at: 3,
    content: { input: { account: 'AC-1042', usd: 80 } },
  },
  {
    kind: 'review.requested',
    key: 'tool:credit.1',
    review: REVIEW,
    reviewKind: 'approval',
    tool: 'credit',
    binding: 'b',
    expiresAt: 4,
    at: 4,
    content: { input: { account: 'AC-1042', usd: 80 }, review: { reason: 'over 50' } },
  },
  {
    kind: 'review.decided',
    key: 'tool:credit.1',
    review: REVIEW,
    reviewKind: 'approval',
    decision: 'approved',
    principal: 'ann',
    binding: 'b',
    at: 5,
    content: { note: 'Fine by me' },
  },
  {
    kind: 'tool.completed',
    key: 'tool:credit.1',
    tool: 'credit',
    outcome: 'ok',
    durationMs: 1_500,
    redactions: { 'output-guard': 2 },
    at: 6,
  },
];
