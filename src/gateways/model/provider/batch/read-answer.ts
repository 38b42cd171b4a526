import type { z } from 'zod';
import { BulkheadError } from '../../../../contract/errors.ts';

/** @throws BulkheadError `provider_bad_response` */
export function readAnswer<Value>(schema: z.ZodType<Value>, text: string, name: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new BulkheadError({
      code: 'provider_bad_response',
      message: `The provider of ${name} answered for its batches in a form that cannot be read. Check its base URL.`,
      status: 502,
      retryable: true,
    });
  }
}
