import { z } from '@hono/zod-openapi';
import { USAGE_BY } from '../../../pillars/budget/usage/index.ts';
import { time } from './fields.ts';

/** The database's calendar begins with the year 1. */
const day = z.iso.date().refine((text) => text >= '0001', { message: 'is before the year 1' });

export const UsageQuerySchema = z.strictObject({
  from: day.optional().openapi({ description: 'The first day, in UTC. Default: the first of this month.' }),
  to: day.optional().openapi({ description: 'The first day that does not count. Default: tomorrow.' }),
  by: z.enum(USAGE_BY).default('day'),
  format: z.enum(['json', 'csv']).optional().openapi({ description: 'Default: what Accept asks for.' }),
});

const sums = {
  runs: z.int().openapi({ description: 'A run that worked under several names counts under each.' }),
  modelCalls: z.int(),
  toolCalls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  usd: z.number(),
};

export const UsageSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    by: z.enum(USAGE_BY),
    total: z.object(sums),
    usage: z.array(
      z.object({
        name: z
          .string()
          .openapi({ description: 'The day, the agent or the model; tools stand under no model.' }),
        ...sums,
      }),
    ),
    credit: z
      .object({ usd: z.number(), spent: z.number(), held: z.number(), left: z.number(), renewsAt: time })
      .nullable()
      .openapi({ description: 'The tenant’s budget of this month in US dollars; null where there is none.' }),
  })
  .openapi('Usage');

export type Usage = z.infer<typeof UsageSchema>;
