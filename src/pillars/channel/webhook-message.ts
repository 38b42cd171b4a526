import type { Outcome, RunKind, RunStatus } from '../../contract/run.ts';

/** The facts of a run that a webhook tells. Times are milliseconds since the epoch. */
export type WebhookRun = {
  id: string;
  agent: string;
  kind: RunKind;
  version: string;
  session: string | null;
  status: RunStatus;
  outcome: Outcome;
  errorCode: string | null;
  inputTokens: number;
  outputTokens: number;
  modelCalls: number;
  toolCalls: number;
  usd: number;
  createdAt: number;
  finishedAt: number | null;
};

/**
 * A message's text: facts, never content. The receiver reads input and output with its own key from
 * GET /v1/runs/{id}, so that what a run said goes only to those who may read it.
 */
export function webhookMessage(event: string, run: WebhookRun): string {
  const finishedAt = run.finishedAt === null ? null : new Date(run.finishedAt).toISOString();
  const createdAt = new Date(run.createdAt).toISOString();
  return JSON.stringify({
    type: event,
    timestamp: finishedAt ?? createdAt,
    data: {
      id: run.id,
      agent: run.agent,
      kind: run.kind,
      version: run.version,
      session: run.session,
      status: run.status,
      outcome: run.outcome,
      error: run.errorCode === null ? null : { code: run.errorCode },
      usage: {
        inputTokens: run.inputTokens,
        outputTokens: run.outputTokens,
        modelCalls: run.modelCalls,
        toolCalls: run.toolCalls,
      },
      usd: run.usd,
      createdAt,
      finishedAt,
    },
  });
}
