import { createRoute, z } from '@hono/zod-openapi';
import { authorise } from '../../../pillars/identity/index.ts';
import { findSchedule } from '../../../run/schedule/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { problems } from '../schemas/problem.ts';
import { ScheduleSchema, scheduleName, showSchedule } from '../schemas/schedule.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/schedules/{schedule}',
  operationId: 'getSchedule',
  tags: ['Schedules'],
  summary: 'Read a schedule',
  request: { params: z.object({ schedule: scheduleName }) },
  responses: { 200: answers('The schedule.', ScheduleSchema), ...problems },
});

export function getSchedule(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'schedules:read');
    const { tenant } = principal;
    const { schedule: name } = c.req.valid('param');
    await parts.tenantStream(tenant);
    const schedule = await parts.alone(tenant, (client) =>
      findSchedule({ client, keys: parts.keys, tenant }, name),
    );
    return c.json(showSchedule(schedule), 200);
  });
}
