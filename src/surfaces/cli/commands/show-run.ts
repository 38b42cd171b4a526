import type { Run } from '../client/index.ts';
import type { CommandContext } from '../command-context.ts';
import { decisionCommands } from '../render/decision-commands.ts';
import { oneLine, wholeText } from '../render/plain-text.ts';
import { reviewQuestion } from '../render/review-question.ts';
import { showEnd, showOutput, showSpent } from '../render/run-end.ts';

/** `bulkhead runs show`. */
export async function showRun(context: CommandContext, id: string): Promise<void> {
  const client = await context.client();
  const run = await client.readRun(id);
  if (context.json) return context.answer(run, () => '');
  const { paint, terminal } = context;
  const rows: [string, string | undefined][] = [
    ['run', run.id],
    ['agent', `${run.agent} (${run.kind}, version ${run.version.slice(0, 12)})`],
    ['status', `${showEnd(run, paint)}${run.outcome === 'unknown' ? '' : `, ${run.outcome}`}`],
    ['took', showSpent(run)],
    ['created', run.createdAt],
    ['started', run.startedAt ?? undefined],
    ['finished', run.finishedAt ?? undefined],
    ['lane', run.lane === 'normal' ? undefined : run.lane],
    ['session', run.session ?? undefined],
    ['subject', run.subject ?? undefined],
    ['parent', run.parent ?? undefined],
    [
      'schedule',
      run.schedule === null ? undefined : `${run.schedule.id} ${run.schedule.tick ?? 'triggered'}`,
    ],
    ['continues', run.continues ?? undefined],
    ...otherWaits(run),
  ];
  for (const [name, value] of rows) {
    if (value !== undefined) context.line(`${paint.dim(name.padEnd(9))} ${value}`);
  }
  context.line(`\n${paint.dim('input')}\n${wholeText(run.input)}`);
  const output = showOutput(run);
  if (output !== undefined) {
    context.line(`\n${paint.dim(run.partial ? 'partial output' : 'output')}\n${output}`);
  }
  for (const { review } of run.waitingFor) {
    if (review === undefined) continue;
    const asked = await client.readReview(review);
    context.line(`\n${paint.asking(`waits for a person: ${reviewQuestion(asked)}`)}`);
    context.line(wholeText(asked.content));
    for (const command of decisionCommands(asked.kind, review, terminal.invocation)) {
      context.line(`  ${command}`);
    }
  }
}

/** Timers, children, batches and providers that it waits for. */
function otherWaits({ waitingFor }: Run): [string, string][] {
  return waitingFor
    .filter((reason) => reason.for !== 'review')
    .map((reason) => [
      'waits for',
      oneLine(`${reason.for} ${reason.child ?? reason.model ?? reason.until ?? reason.key}`),
    ]);
}
