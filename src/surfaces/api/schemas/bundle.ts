import { z } from '@hono/zod-openapi';

export const BundleSchema = z
  .object({
    version: z.string().openapi({ description: 'SHA-256 of the code, hex.' }),
    definitions: z.array(
      z.object({ kind: z.enum(['agent', 'workflow']), name: z.string(), description: z.string().nullable() }),
    ),
  })
  .openapi('Bundle');

export type Bundle = z.infer<typeof BundleSchema>;
