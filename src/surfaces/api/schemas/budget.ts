import { z } from '@hono/zod-openapi';
import { SPEND_PERIODS, SPEND_UNITS } from '../../../contract/spend.ts';
import type { ShownBudget } from '../../../pillars/budget/spend/index.ts';
import { shortText, time } from './fields.ts';

/** A million dollars, or a million million tokens: more is no limit. */
const LARGEST_USD = 1_000_000;
const LARGEST_TOKENS = 1_000_000_000_000;
/** Less would be stored as nothing, under which nothing may be spent. */
const LEAST_USD = 1e-9;

const agent = shortText
  .optional()
  .openapi({ description: 'An agent or a workflow that is deployed. Absent: the tenant as a whole.' });
const key = shortText.optional().openapi({
  description: 'The id of an API key: what the runs that it starts may spend, their children too.',
});
const period = z.enum(SPEND_PERIODS).openapi({ description: 'It begins and ends in UTC.' });
const unit = z.enum(SPEND_UNITS).openapi({ description: 'US dollars, or input and output tokens together.' });
const whenSpent = z.enum(['fail', 'wait']);

const oneOwner = ({ agent, key }: { agent?: string | undefined; key?: string | undefined }) =>
  agent === undefined || key === undefined;
const twoOwners = { path: ['key'], message: 'cannot stand beside an agent: a budget is of one or the other' };

export const BudgetNameSchema = z.strictObject({ agent, key, period, unit }).refine(oneOwner, twoOwners);

export const TenantBudgetRequestSchema = z
  .strictObject({
    agent,
    key,
    period,
    unit,
    amount: z.number().min(0).max(LARGEST_TOKENS).openapi({ description: 'With 0 nothing may be spent.' }),
    whenSpent: whenSpent.default('fail').openapi({
      description: 'Runs that find it spent fail with `budget_exceeded`, or wait until the period ends.',
    }),
  })
  .refine(({ unit, amount }) => unit === 'tokens' || amount <= LARGEST_USD, {
    path: ['amount'],
    message: `may be ${LARGEST_USD} dollars at most`,
  })
  .refine(({ unit, amount }) => unit === 'tokens' || amount === 0 || amount >= LEAST_USD, {
    path: ['amount'],
    message: 'must be 0, or a billionth of a dollar at least',
  })
  .refine(({ unit, amount }) => unit === 'usd' || Number.isInteger(amount), {
    path: ['amount'],
    message: 'must be a whole number of tokens',
  })
  .refine(oneOwner, twoOwners)
  .openapi('TenantBudgetRequest');

export const TenantBudgetSchema = z
  .object({
    agent: z.string().nullable().openapi({ description: 'Null, as the key: the tenant as a whole.' }),
    key: z.string().nullable().openapi({ description: 'The id of an API key.' }),
    period: z.enum(SPEND_PERIODS),
    unit: z.enum(SPEND_UNITS),
    amount: z.number(),
    spent: z
      .number()
      .openapi({ description: 'In the period that is now; brought up to date within a second.' }),
    held: z.number().openapi({
      description:
        'Set aside for calls under way. What a worker held that died comes back within a minute, as far as its calls did not spend it.',
    }),
    left: z.number(),
    whenSpent,
    renewsAt: time,
    setBy: z.string(),
    setAt: time,
  })
  .openapi('TenantBudget');

/** What is asked for: an agent may be left out. */
export type TenantBudgetRequest = z.input<typeof TenantBudgetRequestSchema>;

export type TenantBudget = z.infer<typeof TenantBudgetSchema>;

export function showBudget(budget: ShownBudget): TenantBudget {
  return { ...budget, renewsAt: budget.renewsAt.toISOString(), setAt: budget.setAt.toISOString() };
}
