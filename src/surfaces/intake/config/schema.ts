import { z } from 'zod';

const text = z
  .string()
  .min(1)
  .max(2_048)
  .regex(/^\P{Cc}*$/u, 'has control characters');
const name = text.max(200);

const SourceSchema = z.strictObject({
  broker: text,
  queue: text,
  name: name.optional(),
  tenant: name.optional(),
  deadLetter: text.optional(),
  replyTo: z.array(text).max(100).default([]),
  prefetch: z.int().min(1).max(1_000).default(32),
});

/** The file of `bulkhead intake --config` and `BULKHEAD_INTAKE`. */
export const IntakeFileSchema = z.strictObject({ sources: z.array(SourceSchema).min(1).max(100) });

export type SourceInFile = z.infer<typeof SourceSchema>;
