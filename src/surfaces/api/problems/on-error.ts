import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { BulkheadError } from '../../../contract/errors.ts';
import type { ApiEnv, Log } from '../parts.ts';
import { invalidRequest } from './invalid-request.ts';
import { toShownError } from './problem.ts';
import type { WrittenError } from './written-error.ts';

const UNAUTHORIZED = 401;
const TOO_LARGE = 413;

/**
 * Turns whatever a route threw into an answer. A stack goes to the log and nowhere else.
 *
 * @param write in the form that the clients of a path expect
 */
export function problemHandler(
  log: Log,
  write: (error: BulkheadError, request: { id: string; path: string }) => WrittenError,
) {
  return (thrown: unknown, c: Context<ApiEnv>): Response => {
    const error = toShownError(thrown instanceof HTTPException ? fromFramework(thrown) : thrown);
    const requestId = c.get('requestId');
    if (error.status >= 500) {
      const fields = { requestId, method: c.req.method, path: c.req.path, code: error.code };
      log.error({ ...fields, err: error.cause ?? error }, 'A request failed.');
    }
    if (error.status === UNAUTHORIZED) c.header('WWW-Authenticate', 'Bearer');
    // The rest of a body that nobody reads must not hold the connection.
    if (error.status === TOO_LARGE) c.header('Connection', 'close');
    if (error.retryAfter !== undefined) c.header('Retry-After', String(Math.ceil(error.retryAfter / 1_000)));
    const { status, type, body, headers = {} } = write(error, { id: requestId, path: c.req.path });
    c.header('Content-Type', type);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    return new Response(JSON.stringify(body), { status, headers: c.res.headers });
  };
}

function fromFramework(exception: HTTPException): BulkheadError {
  if (exception.status === 415) {
    return new BulkheadError({
      code: 'unsupported_media_type',
      message:
        'The body is of a type that this route does not take. Send JSON with `Content-Type: application/json`.',
      status: 415,
    });
  }
  return invalidRequest([{ field: 'body', message: 'is not valid JSON' }]);
}
