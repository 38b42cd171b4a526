import { z } from 'zod';
import type { TestTool } from './test-tool.ts';
import { testTool } from './test-tool.ts';

const employee = z
  .string()
  .regex(/^EMP-\d{3}$/)
  .describe('Staff number, like EMP-017');

/** Tools of a personnel office; the engine was never tried on them while it was made. */
export const officeTools: readonly TestTool[] = [
  testTool({
    name: 'leaveBalance',
    description: 'How many days of holiday an employee has left this year',
    schema: z.object({ employee }),
    effect: 'read',
    examples: ['how much vacation do I have left?', '¿cuántos días de vacaciones me quedan?'],
    execute: ({ employee: id }) => ({ employee: id ?? null, daysLeft: 12, daysTaken: 10 }),
  }),
  testTool({
    name: 'payslip',
    description: 'The payslip of an employee for a month: gross and net salary',
    schema: z.object({
      employee,
      month: z
        .string()
        .regex(/^\d{4}-\d{2}$/)
        .describe('Month, like 2026-02'),
    }),
    effect: 'read',
    examples: ['show me my salary of last month', 'quiero ver mi nómina de enero'],
    execute: ({ month }) => ({ month: month ?? null, grossEur: 3200, netEur: 2410.5 }),
  }),
  testTool({
    name: 'requestLeave',
    description: 'Requests holiday for an employee from a first to a last day',
    schema: z.object({ employee, from: z.iso.date(), to: z.iso.date() }),
    effect: 'write',
    examples: ['I want to take holiday from 1 to 5 June', 'quiero pedir vacaciones'],
  }),
  testTool({
    name: 'cancelLeave',
    description: 'Cancels a holiday that was requested',
    schema: z.object({ leave: z.string().regex(/^LV-\d+$/) }),
    effect: 'write',
    examples: ['I will not take my holiday after all, cancel it'],
  }),
];
