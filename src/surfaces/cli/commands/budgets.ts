import { BulkheadError } from '../../../contract/errors.ts';
import {
  aPeriod,
  SPEND_PERIODS,
  SPEND_UNITS,
  type SpendPeriod,
  type SpendUnit,
} from '../../../contract/spend.ts';
import type { TenantBudget } from '../client/index.ts';
import type { CommandContext } from '../command-context.ts';
import { showCount, showUsd } from '../render/amounts.ts';
import { showTable } from '../render/table.ts';

/** `bulkhead budgets list`. */
export async function listBudgets(context: CommandContext): Promise<void> {
  const client = await context.client();
  const budgets = await client.listBudgets();
  context.answer({ budgets }, () =>
    budgets.length === 0
      ? 'No budget is set.\n'
      : showTable(
          ['OF', 'A', 'BUDGET', 'SPENT', 'SET ASIDE', 'LEFT', 'RENEWS', 'WHEN SPENT'],
          budgets.map((budget) => [
            whose({ agent: budget.agent ?? undefined, key: budget.key ?? undefined }, '(all)'),
            budget.period,
            amount(budget, budget.amount),
            amount(budget, budget.spent),
            amount(budget, budget.held),
            amount(budget, budget.left),
            budget.renewsAt,
            budget.whenSpent,
          ]),
          context.terminal.columns,
        ),
  );
}

/** What `bulkhead budgets set` and `clear` are told. */
export type BudgetOptions = { agent?: string; key?: string; period: string; unit: string };

/** `bulkhead budgets set`. @throws BulkheadError `invalid_option` */
export async function setBudget(
  context: CommandContext,
  value: string,
  options: BudgetOptions & { wait?: boolean },
): Promise<void> {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) {
    throw new BulkheadError({
      code: 'invalid_option',
      message: `"${value}" is no amount. Write dollars, such as 25 or 0.5, or tokens with --unit tokens.`,
    });
  }
  const client = await context.client();
  const budget = await client.setBudget({
    ...nameOf(options),
    amount: number,
    whenSpent: options.wait ? 'wait' : 'fail',
  });
  context.answer(
    budget,
    () =>
      `${whose(options)} may spend ${amount(budget, budget.amount)} ${aPeriod(budget.period)}; ${amount(budget, budget.left)} are left until ${budget.renewsAt}. When it is spent, runs ${budget.whenSpent === 'wait' ? 'wait for the next' : 'fail'}.\n`,
  );
}

/** `bulkhead budgets clear`. */
export async function clearBudget(context: CommandContext, options: BudgetOptions): Promise<void> {
  const client = await context.client();
  const name = nameOf(options);
  await client.clearBudget(name);
  context.answer(
    { ...name, agent: options.agent ?? null, key: options.key ?? null, cleared: true },
    () =>
      `What ${whose(options, 'all agents together')} may spend ${aPeriod(name.period)} in ${name.unit} is not limited any more.\n`,
  );
}

function nameOf({ agent, key, period, unit }: BudgetOptions): {
  agent?: string;
  key?: string;
  period: SpendPeriod;
  unit: SpendUnit;
} {
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(key === undefined ? {} : { key }),
    period: oneOf(SPEND_PERIODS, period, '--period'),
    unit: oneOf(SPEND_UNITS, unit, '--unit'),
  };
}

function oneOf<Word extends string>(words: readonly Word[], given: string, option: string): Word {
  const known = words.find((word) => word === given);
  if (known !== undefined) return known;
  throw new BulkheadError({
    code: 'invalid_option',
    message: `"${given}" cannot stand after ${option}. Write one of ${words.join(', ')}.`,
  });
}

type Owner = { agent?: string | undefined; key?: string | undefined };

function whose({ agent, key }: Owner, all = 'All agents together'): string {
  return key === undefined ? (agent ?? all) : `key ${key}`;
}

function amount({ unit }: Pick<TenantBudget, 'unit'>, value: number): string {
  return unit === 'usd' ? showUsd(value) : showCount(value, 'token');
}
