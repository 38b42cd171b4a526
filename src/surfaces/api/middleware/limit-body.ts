import type { MiddlewareHandler } from 'hono';
import { BulkheadError } from '../../../contract/errors.ts';
import type { ApiEnv } from '../parts.ts';

/** Refuses a body that is larger than `limit` bytes: by its declared length, or as soon as it has become so. */
export function limitBody(limit: number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const declared = c.req.header('Content-Length');
    // Counting copies the body; the server already holds a client to the length that it declared.
    if (declared === undefined) c.req.raw = await counted(c.req.raw, limit);
    else if (Number(declared) > limit) throw tooLarge(limit);
    await next();
  };
}

/** Made from its parts: what the server hands over is no Request that another can be made from. */
async function counted(request: Request, limit: number): Promise<Request> {
  const { url, method, headers, signal, body } = request;
  if (body === null) return request;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) throw tooLarge(limit);
    parts.push(part);
  }
  return new Request(url, { method, headers, signal, body: Buffer.concat(parts) });
}

function tooLarge(limit: number): BulkheadError {
  return new BulkheadError({
    code: 'body_too_large',
    message: `The body is larger than the ${limit} bytes that this route takes. Send less; large data belongs into a store that a tool reads.`,
    status: 413,
    details: { limit },
  });
}
