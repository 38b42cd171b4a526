import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { BulkheadError } from '../../../contract/errors.ts';
import type { ApiEnv } from '../parts.ts';

/** Refuses a body that is larger than `limit` bytes: by its declared length, or as soon as it has become so. */
export function limitBody(limit: number): MiddlewareHandler<ApiEnv> {
  const refuse = (): never => {
    throw new BulkheadError({
      code: 'body_too_large',
      message: `The body is larger than the ${limit} bytes that this route takes. Send less; large data belongs into a store that a tool reads.`,
      status: 413,
      details: { limit },
    });
  };
  const count = bodyLimit({ maxSize: limit, onError: refuse });
  return (c, next) => {
    const declared = c.req.header('Content-Length');
    // Counting copies the body; the server already holds a client to the length that it declared.
    if (declared === undefined) return count(c, next);
    if (Number(declared) > limit) refuse();
    return next();
  };
}
