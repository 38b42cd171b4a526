import { createRoute, z } from '@hono/zod-openapi';
import { listHolds as readHolds } from '../../../foundation/queue/retention/index.ts';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { HoldSchema, showHold } from '../schemas/hold.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/holds',
  operationId: 'listHolds',
  tags: ['Operations'],
  summary: 'List what is held back from retention',
  request: {
    query: z.object({
      released: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'Holds that were released, too.' }),
    }),
  },
  responses: {
    200: answers('The holds, oldest first.', z.object({ holds: z.array(HoldSchema) }).openapi('HoldList')),
    ...problems,
  },
});

export function listHolds(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'holds:read');
    const released = c.req.valid('query').released === 'true';
    const holds = await inTenant(parts.store, principal.tenant, (client) => readHolds(client, { released }));
    return c.json({ holds: holds.map(showHold) }, 200);
  });
}
