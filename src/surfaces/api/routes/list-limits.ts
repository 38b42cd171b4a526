import { createRoute, z } from '@hono/zod-openapi';
import { listLimits as readLimits } from '../../../foundation/queue/index.ts';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { LimitSchema, showLimit } from '../schemas/limit.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/limits',
  operationId: 'listLimits',
  tags: ['Operations'],
  summary: 'List limits of runs at once',
  responses: {
    200: answers(
      'That of the tenant as a whole first, then those of agents by name.',
      z.object({ limits: z.array(LimitSchema) }).openapi('LimitList'),
    ),
    ...problems,
  },
});

export function listLimits(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'limits:read');
    const limits = await inTenant(parts.store, principal.tenant, readLimits);
    return c.json({ limits: limits.map(showLimit) }, 200);
  });
}
