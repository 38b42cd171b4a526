import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { clearCaches } from '../../../pillars/cache/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers, takes } from '../schemas/body.ts';
import { InvalidationSchema } from '../schemas/cache.ts';
import { problems } from '../schemas/problem.ts';

const LARGEST_BODY = 64 * 1024;

const route = createRoute({
  method: 'post',
  path: '/v1/cache/invalidations',
  operationId: 'clearCache',
  tags: ['Operations'],
  summary: 'Clear cached results by tag, or all that is cached for an agent',
  description:
    'From the answer on nothing is given again that was asked for before, also not by runs that are under way. A program that changes data behind a tool calls this with the tags of what it changed.',
  request: { body: takes(InvalidationSchema) },
  responses: {
    200: answers('How many entries were there.', z.object({ cleared: z.int() }).openapi('CacheInvalidated')),
    ...problems,
  },
  middleware: limitBody(LARGEST_BODY),
});

export function clearCache(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'cache:clear');
    const { tenant } = principal;
    const { tags = [], agent } = c.req.valid('json');
    const stream = await parts.tenantStream(tenant);
    const now = parts.clock.now();
    const cleared = await inTenant(parts.store, tenant, (client) =>
      clearCaches(client, { stream, tags, agent, principal: principal.id, now }),
    );
    return c.json({ cleared }, 200);
  });
}
