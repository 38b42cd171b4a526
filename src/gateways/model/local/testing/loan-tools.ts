import { z } from 'zod';
import type { TestTool } from './test-tool.ts';
import { testTool } from './test-tool.ts';

const loanId = z
  .string()
  .regex(/^LN-\d{6}$/)
  .describe('Loan number, e.g. LN-204518');

/** Tools of a lender. */
export const loanTools: readonly TestTool[] = [
  testTool({
    name: 'loanStatus',
    description: 'Shows the status and remaining balance of a loan',
    schema: z.object({ loanId }),
    effect: 'read',
    examples: ['how much do I still owe on my loan?', 'where does my application stand?'],
    execute: ({ loanId: id }) => ({
      loanId: id ?? null,
      status: 'active',
      balanceUsd: 8450.25,
      nextPaymentDate: '2026-04-01',
    }),
  }),
  testTool({
    name: 'quoteLoan',
    description: 'Calculates the monthly instalment for a loan amount and a term',
    schema: z.object({
      amount: z.number().min(500).max(50_000).describe('Principal in usd'),
      termMonths: z.int().min(6).max(84).describe('Term in months'),
    }),
    effect: 'read',
    examples: ['what would I pay a month for 10000 dollars over 3 years?'],
    execute: () => ({ monthlyUsd: 535, ratePercent: 6.9 }),
  }),
  testTool({
    name: 'makePayment',
    description: 'Makes an extra payment on a loan from the checking account',
    schema: z.object({ loanId, amount: z.number().positive().describe('usd') }),
    effect: 'write',
    examples: ['pay 200 dollars on my loan'],
  }),
  testTool({
    name: 'changeDueDay',
    description: 'Changes the day of the month on which a loan is due',
    schema: z.object({ loanId, day: z.int().min(1).max(28).describe('Day of the month') }),
    effect: 'write',
    examples: ['move my due date to the 15th'],
  }),
  testTool({
    name: 'findLoans',
    description: 'Finds the loans of a customer by name or tax number. Returns loan ids',
    schema: z.object({
      name: z.string().optional(),
      taxNumber: z
        .string()
        .regex(/^\d{9}$/)
        .optional(),
    }),
    effect: 'read',
    examples: ['which loans does Ann Lee have?'],
    execute: ({ name }) => ({ loans: [{ loanId: 'LN-777001', name: name ?? null }] }),
  }),
];
