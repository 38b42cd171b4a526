import { createRoute, z } from '@hono/zod-openapi';
import type { Principal } from '../../../contract/principal.ts';
import { clearLimit as clear } from '../../../foundation/queue/index.ts';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { problems } from '../schemas/problem.ts';

const ofTenant = createRoute({
  method: 'delete',
  path: '/v1/limits',
  operationId: 'clearTenantLimit',
  tags: ['Operations'],
  summary: 'Clear the limit of the tenant as a whole',
  description: 'Those of its agents stand. Runs that waited for it begin at once.',
  responses: { 204: { description: 'It is cleared.' }, ...problems },
});

const ofAgent = createRoute({
  method: 'delete',
  path: '/v1/limits/{agent}',
  operationId: 'clearAgentLimit',
  tags: ['Operations'],
  summary: 'Clear the limit of an agent',
  description: 'Runs that waited for it begin at once.',
  request: { params: z.object({ agent: z.string() }) },
  responses: { 204: { description: 'It is cleared.' }, ...problems },
});

export function clearLimit(app: ApiApp, parts: RouteParts): void {
  const act = async (principal: Principal, agent?: string) => {
    authorise(principal, 'limits:write');
    const stream = await parts.tenantStream(principal.tenant);
    const now = parts.clock.now();
    await inTenant(parts.store, principal.tenant, (client) =>
      clear(client, { stream, agent, principal: principal.id, now }),
    );
    parts.doorbell.ring();
  };
  app.openapi(ofTenant, async (c) => {
    await act(c.get('principal'));
    return c.body(null, 204);
  });
  app.openapi(ofAgent, async (c) => {
    await act(c.get('principal'), c.req.valid('param').agent);
    return c.body(null, 204);
  });
}
