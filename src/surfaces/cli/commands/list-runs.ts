import type { Run } from '../client/index.ts';
import type { CommandContext } from '../command-context.ts';
import { showDuration, showUsd } from '../render/amounts.ts';
import { oneLine } from '../render/plain-text.ts';
import { showTable } from '../render/table.ts';

export type RunFilters = {
  agent?: string;
  status?: string;
  session?: string;
  subject?: string;
  limit?: string;
  cursor?: string;
};

/** `bulkhead runs`: the newest first. */
export async function listRuns(context: CommandContext, filters: RunFilters): Promise<void> {
  const { agent, status, session, subject, limit, cursor } = filters;
  const client = await context.client();
  const page = await client.listRuns({ agent, status, session, subject, limit, cursor });
  const now = Date.now();
  context.answer(page, () =>
    page.runs.length === 0
      ? 'No runs.\n'
      : showTable(
          ['RUN', 'AGENT', 'STATUS', 'AGE', 'USD', 'INPUT'],
          page.runs.map((run) => row(run, now)),
          context.terminal.columns,
        ),
  );
  if (page.nextCursor !== null) context.remark(`There are more: add --cursor ${page.nextCursor}`);
}

function row(run: Run, now: number): string[] {
  return [
    run.id,
    run.agent,
    statusOf(run),
    showDuration(Math.max(0, now - Date.parse(run.createdAt))),
    showUsd(run.usd),
    oneLine(run.input, 80),
  ];
}

/** What a waiting run waits for stands beside it. */
function statusOf({ status, waitingFor, error }: Run): string {
  if (error !== null) return `${status} (${error.code})`;
  const reasons = new Set(waitingFor.map((reason) => reason.for));
  return reasons.size === 0 ? status : `${status} (${[...reasons].join(', ')})`;
}
