import { z } from '@hono/zod-openapi';

const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'Stable: match on it.' }),
    detail: z.string().openapi({ description: 'What happened, and what to do next.' }),
    instance: z.string(),
    retryable: z.boolean().openapi({ description: 'The same request may succeed later.' }),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');

/** What every route may answer instead: RFC 9457 problem details. */
export const problems = {
  default: {
    description: 'A problem (RFC 9457).',
    content: { 'application/problem+json': { schema: ProblemSchema } },
  },
};
