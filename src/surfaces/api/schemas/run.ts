import { z } from '@hono/zod-openapi';
import { LANES, OUTCOMES, RUN_KINDS, RUN_STATUSES } from '../../../contract/run.ts';
import { json, runId, time } from './fields.ts';

const WaitReasonSchema = z
  .object({
    for: z.enum(['review', 'timer', 'child', 'batch', 'provider', 'provider-batch', 'budget']),
    key: z.string().openapi({ description: 'The step that waits.' }),
    review: z.string().optional(),
    child: z.string().optional(),
    model: z.string().optional().openapi({ description: 'The model whose provider does not answer.' }),
    until: time.optional().openapi({ description: 'When the run looks again by itself.' }),
  })
  .openapi('WaitReason');

export const RunSchema = z
  .object({
    id: runId,
    agent: z.string(),
    kind: z.enum(RUN_KINDS),
    version: z.string().openapi({ description: 'The bundle that it is pinned to: SHA-256, hex.' }),
    status: z.enum(RUN_STATUSES),
    outcome: z.enum(OUTCOMES),
    input: json,
    output: json.openapi({ description: 'Null until it succeeded.' }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    partial: z.literal(true).optional().openapi({
      description: 'Its budget was spent before it was done: the output is what was known by then.',
    }),
    usage: z
      .object({
        inputTokens: z.int(),
        outputTokens: z.int(),
        modelCalls: z.int(),
        toolCalls: z.int(),
      })
      .openapi({ description: 'Brought up to date whenever the run waits or ends.' }),
    usd: z.number(),
    lane: z.enum(LANES),
    session: z.string().nullable(),
    subject: z.string().nullable(),
    parent: z.string().nullable(),
    schedule: z
      .object({
        id: z.string(),
        tick: time.nullable().openapi({ description: 'Null when a person triggered it.' }),
      })
      .nullable()
      .openapi({ description: 'The schedule that started it.' }),
    continues: z.string().nullable().openapi({ description: 'The run that goes on as this one.' }),
    continuedAs: z.string().nullable().openapi({
      description: 'The run that goes on in its place: the output is the last one’s of the chain.',
    }),
    waitingFor: z.array(WaitReasonSchema),
    createdAt: time,
    startedAt: time
      .nullable()
      .openapi({ description: 'When a worker first took it up; null while it has not begun.' }),
    finishedAt: time.nullable(),
  })
  .openapi('Run');

export type Run = z.infer<typeof RunSchema>;
