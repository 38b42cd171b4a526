import type { Context } from 'hono';
import { BulkheadError } from '../../../contract/errors.ts';
import type { ApiApp, ApiEnv } from '../parts.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** No route: either the path is unknown, or it takes another method. */
export function refuseUnknownRoute(app: ApiApp) {
  return (c: Context<ApiEnv>): never => {
    const { path, method } = c.req;
    const allowed = METHODS.filter((other) =>
      app.router.match(other, path)[0].some(([[, route]]) => route.method === other),
    );
    if (allowed.length === 0) {
      throw new BulkheadError({
        code: 'unknown_route',
        message: `There is no route ${path}. GET /openapi.json lists them all.`,
        status: 404,
      });
    }
    c.header('Allow', allowed.join(', '));
    throw new BulkheadError({
      code: 'method_not_allowed',
      message: `${path} does not take ${method}. It takes ${allowed.join(', ')}.`,
      status: 405,
    });
  };
}
