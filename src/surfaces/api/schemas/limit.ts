import { z } from '@hono/zod-openapi';
import type { RunLimit } from '../../../foundation/queue/index.ts';
import { shortText, time } from './fields.ts';

const LARGEST = 1_000_000;

export const LimitRequestSchema = z
  .strictObject({
    agent: shortText
      .optional()
      .openapi({ description: 'An agent or a workflow that is deployed. Absent: the tenant as a whole.' }),
    running: z
      .int()
      .min(0)
      .max(LARGEST)
      .openapi({ description: 'Runs that may be under way at once; with 0 none is taken up.' }),
  })
  .openapi('LimitRequest');

export const LimitSchema = z
  .object({
    agent: z.string().nullable().openapi({ description: 'Null: the tenant as a whole.' }),
    running: z.int().openapi({ description: 'Runs that may be under way at once.' }),
    underWay: z.int().openapi({
      description: 'Runs under way now; more than the limit when it was lowered, since none is stopped.',
    }),
    setBy: z.string(),
    setAt: time,
  })
  .openapi('Limit');

export type Limit = z.infer<typeof LimitSchema>;

export function showLimit(limit: RunLimit): Limit {
  return { ...limit, setAt: limit.setAt.toISOString() };
}
