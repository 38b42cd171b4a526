import { createRoute } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { readCaches } from '../../../pillars/cache/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { CacheReportSchema, showCaches as show } from '../schemas/cache.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/cache',
  operationId: 'showCaches',
  tags: ['Operations'],
  summary: 'Show how often caches answer, what that saves, and how often it is wrong',
  responses: { 200: answers('What caches did.', CacheReportSchema), ...problems },
});

export function showCaches(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'cache:read');
    const { tenant } = principal;
    const report = await inTenant(parts.store, tenant, (client) => readCaches(client, tenant));
    return c.json(show(report), 200);
  });
}
