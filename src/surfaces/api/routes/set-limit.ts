import { createRoute } from '@hono/zod-openapi';
import { setLimit as set } from '../../../foundation/queue/index.ts';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { checkBounded } from '../runs/check-bounded.ts';
import { answers, takes } from '../schemas/body.ts';
import { LimitRequestSchema, LimitSchema, showLimit } from '../schemas/limit.ts';
import { problems } from '../schemas/problem.ts';

const LARGEST_BODY = 16 * 1024;

const route = createRoute({
  method: 'put',
  path: '/v1/limits',
  operationId: 'setLimit',
  tags: ['Operations'],
  summary: 'Limit the runs that are under way at once',
  description:
    'Of an agent, or of the tenant as a whole. Further runs wait in the queue; those under way are not stopped when a limit is lowered. A run that waits for a person, a timer or a child does not count, and needs a place again to go on.',
  request: { body: takes(LimitRequestSchema) },
  responses: { 200: answers('The limit.', LimitSchema), ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function setLimit(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'limits:write');
    const { tenant } = principal;
    const { agent, running } = c.req.valid('json');
    const stream = await parts.tenantStream(tenant);
    const now = parts.clock.now();
    const limit = await inTenant(parts.store, tenant, async (client) => {
      await checkBounded(client, agent);
      return set(client, { stream, agent, running, principal: principal.id, now });
    });
    // It may be higher than before: what waited for it can begin.
    parts.doorbell.ring();
    return c.json(showLimit(limit), 200);
  });
}
