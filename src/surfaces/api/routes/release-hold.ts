import { createRoute, z } from '@hono/zod-openapi';
import { releaseHold as release } from '../../../foundation/queue/retention/index.ts';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/holds/{id}',
  operationId: 'releaseHold',
  tags: ['Operations'],
  summary: 'Release a hold',
  description: 'What it held goes the way of its age again. The hold stays in the list of released ones.',
  request: { params: z.object({ id: z.string().openapi({ format: 'uuid' }) }) },
  responses: { 204: { description: 'It is released.' }, ...problems },
});

export function releaseHold(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'holds:write');
    const { id } = c.req.valid('param');
    const stream = await parts.tenantStream(principal.tenant);
    const now = parts.clock.now();
    await inTenant(parts.store, principal.tenant, (client) =>
      release(client, { stream, id, principal: principal.id, now }),
    );
    return c.body(null, 204);
  });
}
