import { z } from '@hono/zod-openapi';
import { json } from './fields.ts';

export const EntrySchema = z
  .looseObject({
    frame: z.int(),
    index: z.int().openapi({ description: 'Its place in the frame.' }),
    kind: z.string(),
    at: z.number().openapi({ description: 'Milliseconds since the epoch.' }),
    key: z.string().optional().openapi({ description: 'The step that it belongs to.' }),
    content: json
      .optional()
      .openapi({ description: 'Absent where there is none, or where its key was destroyed.' }),
  })
  .openapi('Entry', { description: 'One fact of the journal; further fields depend on its kind.' });

/** An entry as it is shown: its facts, and its content where that can still be opened. */
export type ShownEntry = z.infer<typeof EntrySchema>;
