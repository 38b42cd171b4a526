import type { Command } from 'commander';
import type { BudgetOptions } from '../commands/budgets.ts';
import type { UsageOptions } from '../commands/usage.ts';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

const AGENT = ['--agent <name>', 'of one agent or workflow; default: of all together'] as const;
const KEY = ['--key <id>', 'of the runs that one API key starts'] as const;
const PERIOD = ['--period <period>', 'hour, day or month, in UTC', 'month'] as const;
const UNIT = ['--unit <unit>', 'usd or tokens', 'usd'] as const;

/** `budgets` and `usage`: what may be spent, and what was. */
export function declareBudgets(program: Command, act: Act): void {
  const actions = () => import('../commands/budgets.ts');
  const budgets = withExamples(
    program
      .command('budgets')
      .summary('limit what may be spent in an hour, a day or a month')
      .description(
        'Budgets of an agent, of an API key, or of all together. All workers together never spend more: each call sets its worst case aside first.',
      ),
    [
      ['budgets set 500', '500 dollars a month for all agents together'],
      ['budgets set 20 --agent support --period day', 'for one of them, a day'],
      ['budgets set 5 --key k_1 --period day', 'for what one API key starts; keys list shows its id'],
      ['budgets list', 'budgets, and what is left of them'],
      ['budgets clear --agent support --period day', 'no longer'],
    ],
  );
  withExamples(
    budgets
      .command('list')
      .summary('list budgets')
      .description('Lists budgets, what of them is spent, and when they renew.'),
    [['budgets list --json', 'for a program']],
  ).action((_: object, command: Command) =>
    act(command, async (context) => (await actions()).listBudgets(context)),
  );
  withExamples(
    budgets
      .command('set')
      .summary('set a budget')
      .description('Sets a budget. It holds within two seconds, also for runs under way.')
      .argument('<amount>', 'dollars, or tokens')
      .option(...AGENT)
      .option(...KEY)
      .option(...PERIOD)
      .option(...UNIT)
      .option('--wait', 'when it is spent, runs wait until the period ends instead of failing'),
    [
      ['budgets set 500', 'all agents together, a month'],
      ['budgets set 2000000 --unit tokens --period hour --wait', 'runs wait for the next hour'],
    ],
  ).action((amount: string, options: BudgetOptions & { wait?: boolean }, command: Command) =>
    act(command, async (context) => (await actions()).setBudget(context, amount, options)),
  );
  withExamples(
    budgets
      .command('clear')
      .summary('clear a budget')
      .description('Clears a budget: runs that waited for it go on.')
      .option(...AGENT)
      .option(...KEY)
      .option(...PERIOD)
      .option(...UNIT),
    [['budgets clear', 'the month’s dollars of all together']],
  ).action((options: BudgetOptions, command: Command) =>
    act(command, async (context) => (await actions()).clearBudget(context, options)),
  );
  withExamples(
    program
      .command('usage')
      .summary('show what runs cost')
      .description('What runs cost, by agent, model or day (UTC). Default: this month.')
      .option('--month <month>', 'a month: 2026-11')
      .option('--from <day>', 'the first day: 2026-11-01')
      .option('--to <day>', 'the first day that does not count')
      .option('--by <what>', 'agent, model or day', 'day')
      .option('--csv', 'as CSV'),
    [
      ['usage --by agent', 'this month, by agent'],
      ['usage --month 2026-11 --by model --csv', 'for a spreadsheet'],
    ],
  ).action((options: UsageOptions, command: Command) =>
    act(command, async (context) => (await import('../commands/usage.ts')).showUsage(context, options)),
  );
}
