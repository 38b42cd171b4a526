import { z } from '@hono/zod-openapi';

/** For every POST that changes something. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without a space')
    .optional()
    .openapi({ description: 'The same key with the same request gets the same answer for 24 hours.' }),
});
