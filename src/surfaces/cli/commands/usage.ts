import { BulkheadError } from '../../../contract/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { showUsd } from '../render/amounts.ts';
import { showTable } from '../render/table.ts';

export type UsageOptions = { month?: string; from?: string; to?: string; by: string; csv?: boolean };

/** `bulkhead usage`: what runs cost, in a table, as CSV or as JSON. @throws BulkheadError `invalid_option` */
export async function showUsage(context: CommandContext, options: UsageOptions): Promise<void> {
  const client = await context.client();
  const query = { ...daysOf(options), by: options.by };
  if (options.csv) return context.terminal.out(await client.exportUsage(query));
  const usage = await client.showUsage(query);
  context.answer(usage, () => {
    const { total, credit } = usage;
    const rows = [...usage.usage, { name: 'total', ...total }].map((sum) => [
      sum.name === '' ? '(tools)' : sum.name,
      ...[sum.runs, sum.modelCalls, sum.toolCalls, sum.inputTokens, sum.outputTokens].map(String),
      showUsd(sum.usd),
    ]);
    const table = showTable(
      [usage.by.toUpperCase(), 'RUNS', 'MODEL CALLS', 'TOOL CALLS', 'TOKENS IN', 'TOKENS OUT', 'COST'],
      rows,
      context.terminal.columns,
    );
    if (credit === null || !reachesInto(usage, credit.renewsAt)) return table;
    return `${table}\nOf this month's ${showUsd(credit.usd)}, ${showUsd(credit.spent)} are spent and ${showUsd(credit.left)} left until ${credit.renewsAt}.\n`;
  });
}

/** Whether any of the days is of the month that ends then: the API tells what is left of the present one only. */
function reachesInto({ from, to }: { from: string; to: string }, ends: string): boolean {
  const end = new Date(ends);
  const begins = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 1, 1)).toISOString();
  return from < ends.slice(0, 10) && to > begins.slice(0, 10);
}

/** Days as the API takes them: from the first to the one after the last. */
function daysOf({ month, from, to }: UsageOptions): { from?: string; to?: string } {
  if (month === undefined)
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const match = /^([1-9]\d{3})-(0[1-9]|1[0-2])$/.exec(month);
  if (match === null || from !== undefined || to !== undefined) {
    throw new BulkheadError({
      code: 'invalid_option',
      message: 'Write a month as --month 2026-11, or days as --from 2026-11-01 --to 2026-11-15, not both.',
    });
  }
  const [, year, number] = match;
  const after = new Date(Date.UTC(Number(year), Number(number), 1)).toISOString().slice(0, 10);
  return { from: `${month}-01`, to: after };
}
