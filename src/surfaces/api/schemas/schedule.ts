import { z } from '@hono/zod-openapi';
import { LANES } from '../../../contract/run.ts';
import { CATCH_UPS, OVERLAPS } from '../../../contract/schedule.ts';
import type { Schedule } from '../../../run/schedule/index.ts';
import { json, runId, shortText, time } from './fields.ts';
import { BudgetSchema, RunSubmissionSchema } from './run-submission.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be 1 to 63 small letters, digits and . _ -')
  .refine((text) => !/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text), 'must not look like an id');

const cron = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(\P{Cc}|\t)*$/u, 'has control characters')
  .openapi({
    description:
      'Minute, hour, day, month, weekday; six fields begin with the second. Or @hourly, @daily, @weekly, @monthly, @yearly.',
    example: '0 9 * * 1-5',
  });

const timezone = shortText.max(100).openapi({
  description: 'An IANA time zone: the expression is read by its clocks.',
  example: 'Europe/Berlin',
});

const overlap = z.enum(OVERLAPS).openapi({
  description:
    'While a run of the schedule has not ended, a tick is skipped, or waits for that end; of several that wait the latest makes a run. Default skip.',
});

const catchUp = z.enum(CATCH_UPS).openapi({
  description: 'Ticks missed while no worker ran: one run for the latest of them, or none. Default latest.',
});

const { agent, input, session, subject, lane, budget } = RunSubmissionSchema.shape;

export const ScheduleRequestSchema = z
  .strictObject({
    name,
    agent,
    input,
    cron,
    timezone: timezone.optional().openapi({ description: 'Default UTC.' }),
    lane,
    budget,
    subject,
    session,
    overlap: overlap.optional(),
    catchUp: catchUp.optional(),
    paused: z.boolean().optional(),
  })
  .openapi('ScheduleRequest');

export type ScheduleRequest = z.infer<typeof ScheduleRequestSchema>;

export const ScheduleChangeSchema = z
  .strictObject({
    name: name.optional(),
    agent: agent.optional(),
    input: input.optional(),
    cron: cron.optional(),
    timezone: timezone.optional(),
    lane,
    budget,
    subject: z.union([subject, z.null()]),
    session: z.union([session, z.null()]),
    overlap: overlap.optional(),
    catchUp: catchUp.optional(),
    paused: z.boolean().optional(),
  })
  .openapi('ScheduleChange', { description: 'What is absent stays as it is.' });

export type ScheduleChange = z.infer<typeof ScheduleChangeSchema>;

export const ScheduleSchema = z
  .object({
    id: z.string().openapi({ format: 'uuid' }),
    name: z.string(),
    agent: z.string(),
    input: json,
    cron: z.string(),
    timezone: z.string(),
    lane: z.enum(LANES),
    budget: BudgetSchema,
    subject: z.string().nullable(),
    session: z.string().nullable(),
    overlap,
    catchUp,
    paused: z.boolean(),
    nextTick: time.nullable().openapi({ description: 'Null while it is paused.' }),
    lastTick: time.nullable(),
    lastRun: runId.nullable(),
    lastError: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .openapi({ description: 'Why the last tick made no run. The next one tries again.' }),
    principal: z.string().openapi({ description: 'Whose rights its runs have.' }),
    createdAt: time,
    changedAt: time,
  })
  .openapi('Schedule');

export type ShownSchedule = z.infer<typeof ScheduleSchema>;

export const scheduleName = z.string().min(1).max(100).openapi({ description: 'Its id or its name.' });

export function showSchedule(schedule: Schedule): ShownSchedule {
  const { nextTick, lastTick, createdAt, changedAt } = schedule;
  return {
    ...schedule,
    budget: schedule.budget as ShownSchedule['budget'],
    nextTick: nextTick?.toISOString() ?? null,
    lastTick: lastTick?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    changedAt: changedAt.toISOString(),
  };
}
