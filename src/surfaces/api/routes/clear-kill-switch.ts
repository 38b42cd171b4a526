import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { clearKillSwitch as clear } from '../../../pillars/release/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/kill-switches/{id}',
  operationId: 'clearKillSwitch',
  tags: ['Operations'],
  summary: 'Switch something on again',
  request: { params: z.object({ id: z.string().openapi({ format: 'uuid' }) }) },
  responses: { 204: { description: 'It is cleared.' }, ...problems },
});

export function clearKillSwitch(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'kill-switches:write');
    const { id } = c.req.valid('param');
    const stream = await parts.tenantStream(principal.tenant);
    const now = parts.clock.now();
    await inTenant(parts.store, principal.tenant, (client) =>
      clear(client, { stream, id, principal: principal.id, now }),
    );
    return c.body(null, 204);
  });
}
