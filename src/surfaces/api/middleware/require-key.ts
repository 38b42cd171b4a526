import { createMiddleware } from 'hono/factory';
import type { Authenticate } from '../../../pillars/identity/index.ts';
import type { ApiEnv } from '../parts.ts';

/** Nothing below is reached without a key that is in force. */
export function requireKey(authenticate: Authenticate) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    c.set('principal', await authenticate(c.req.header('Authorization')));
    await next();
  });
}
