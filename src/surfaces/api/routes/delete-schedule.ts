import { createRoute, z } from '@hono/zod-openapi';
import { appendExclusive } from '../../../foundation/journal/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { deleteSchedule as remove } from '../../../run/schedule/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { problems } from '../schemas/problem.ts';
import { scheduleName } from '../schemas/schedule.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/schedules/{schedule}',
  operationId: 'deleteSchedule',
  tags: ['Schedules'],
  summary: 'Delete a schedule',
  description: 'Its runs stay, also those under way.',
  request: { params: z.object({ schedule: scheduleName }) },
  responses: { 204: { description: 'It is gone.' }, ...problems },
});

export function deleteSchedule(app: ApiApp, parts: RouteParts): void {
  const { keys, clock } = parts;
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'schedules:write');
    const { tenant } = principal;
    const stream = await parts.tenantStream(tenant);
    await parts.alone(tenant, async (client) => {
      const { id, name } = await remove({ client, keys, tenant }, c.req.valid('param').schedule);
      const meta = { kind: 'schedule.deleted' as const, schedule: id, name, principal: principal.id };
      await appendExclusive(client, stream, [{ meta }], clock.now());
    });
    return c.body(null, 204);
  });
}
