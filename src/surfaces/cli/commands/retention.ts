import { type Duration, milliseconds } from '../../../contract/duration.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import { type RetentionDesk, withRetention } from '../../composition/manage-retention.ts';
import type { CommandContext } from '../command-context.ts';
import { showCount } from '../render/amounts.ts';
import { showPartitions } from '../render/partition-rows.ts';
import { showTable } from '../render/table.ts';
import { homeFolder } from '../settings.ts';

const DAY = 86_400_000;

/** `bulkhead retention plan`. */
export async function planRetention(context: CommandContext): Promise<void> {
  const plan = await onInstallation(context, (desk) => desk.plan());
  context.answer(plan, () => showPlan(context, plan));
}

/** `bulkhead retention apply`. @throws BulkheadError `not_confirmed`, `retention_running` */
export async function applyRetention(context: CommandContext, yes: boolean): Promise<void> {
  await onInstallation(context, async (desk) => {
    if (!yes) await confirm(context, await desk.plan());
    const applied = await desk.apply();
    context.answer(applied, () => {
      const swept = Object.values(applied.swept).reduce((sum, count) => sum + count, 0);
      const { idempotencyKeys, webhookDeliveries, intakeMessages } = applied.cleaned;
      return [
        applied.dropped.length === 0
          ? 'No partition was dropped.'
          : `Dropped: ${applied.dropped.join(', ')}.`,
        `Deleted besides: ${swept} runs outside of partitions, ${idempotencyKeys} idempotency keys, ${webhookDeliveries} webhook deliveries, ${intakeMessages} intake messages.`,
        '',
      ].join('\n');
    });
  });
}

/** `bulkhead retention set`. @throws BulkheadError `invalid_duration`, `unknown_class`, `class_is_permanent` */
export async function setRetention(context: CommandContext, name: string, duration: string): Promise<void> {
  const keep = wholeDays(duration);
  const rule = await onInstallation(context, (desk) => desk.set(name, keep));
  context.answer(
    rule,
    () => `Runs of the class ${name} are kept for ${showCount(rule.keepDays ?? 0, 'day')} after their end.\n`,
  );
}

/** Asked before a database is opened, and with an example that retention takes. */
function wholeDays(text: string): Duration {
  const isWhole = isDuration(text) && milliseconds(text) >= DAY && milliseconds(text) % DAY === 0;
  if (isWhole) return text;
  throw new BulkheadError({
    code: 'invalid_duration',
    message: `"${text}" is not a duration that a class can be kept for. Write whole days, from one to a hundred years: '30d'.`,
  });
}

function isDuration(text: string): text is `${number}d` {
  try {
    milliseconds(text as Duration);
    return true;
  } catch {
    return false;
  }
}

type Plan = Awaited<ReturnType<RetentionDesk['plan']>>;

function showPlan({ terminal }: CommandContext, { classes, partitions }: Plan): string {
  const rules = classes.map(({ name, keepDays }) => [
    name,
    keepDays === null ? 'for ever' : showCount(keepDays, 'day'),
  ]);
  return `${showTable(['CLASS', 'KEPT'], rules, terminal.columns)}\n${showPartitions(partitions, terminal.columns)}`;
}

async function confirm(context: CommandContext, plan: Plan): Promise<void> {
  context.terminal.error(showPlan(context, plan));
  const answer = await context.terminal.ask('There is no way back. Type "yes" to delete what is marked: ');
  if (answer?.trim().toLowerCase() === 'yes') return;
  throw new BulkheadError({
    code: 'not_confirmed',
    message:
      answer === undefined
        ? 'Nothing was deleted: nobody is here to be asked. Call it with --yes.'
        : 'Nothing was deleted.',
  });
}

function onInstallation<Result>(
  context: CommandContext,
  work: (desk: RetentionDesk) => Promise<Result>,
): Promise<Result> {
  const { environment, folder } = context.terminal;
  return withRetention({ environment, home: homeFolder(environment, folder) }, work);
}
