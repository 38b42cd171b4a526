import { z } from '@hono/zod-openapi';
import { REVIEW_KINDS, REVIEW_STATUSES } from '../../../contract/review.ts';
import { givenJson, json, shortText, time } from './fields.ts';

export const ReviewSchema = z
  .object({
    id: z.string(),
    kind: z.enum(REVIEW_KINDS),
    status: z.enum(REVIEW_STATUSES),
    run: z.string(),
    agent: z.string(),
    tool: z.string().nullable(),
    content: json.openapi({
      description: 'What the reviewer needs to decide. Null where its key was destroyed.',
    }),
    decisions: z.array(z.string()).openapi({ description: 'The decisions that it takes.' }),
    decision: z.string().nullable(),
    decidedBy: z.string().nullable(),
    createdAt: time,
    expiresAt: time,
    decidedAt: time.nullable(),
  })
  .openapi('Review');

export type Review = z.infer<typeof ReviewSchema>;

export const ReviewDecisionSchema = z
  .strictObject({
    decision: shortText.openapi({ description: "One of the review's `decisions`.", example: 'approved' }),
    note: z.string().max(10_000).optional().openapi({ description: 'For the run and for the record.' }),
    output: givenJson
      .optional()
      .openapi({ description: 'The result to record, or the answer to give: for `record` and `answered`.' }),
  })
  .openapi('ReviewDecision');
