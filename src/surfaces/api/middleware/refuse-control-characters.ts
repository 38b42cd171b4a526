import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../parts.ts';
import { invalidRequest } from '../problems/invalid-request.ts';

/** U+0000 to U+001F, U+007F, and U+0080 to U+009F as UTF-8 has them; %2500 is the text "%00", and no such byte. */
const ENCODED = /%(?:[01][0-9a-f]|7f|c2%[89][0-9a-f])/i;

/**
 * No address names anything by control characters, and PostgreSQL takes U+0000 in no text: they are refused here,
 * before a route asks the database for them.
 *
 * @throws BulkheadError `invalid_request`
 */
export const refuseControlCharacters = createMiddleware<ApiEnv>(async (c, next) => {
  const [path = '', query = ''] = c.req.url.split('?', 2);
  const errors = Object.entries({ path, query })
    .filter(([, text]) => ENCODED.test(text))
    .map(([field]) => ({ field, message: 'has control characters' }));
  if (errors.length > 0) throw invalidRequest(errors);
  await next();
});
