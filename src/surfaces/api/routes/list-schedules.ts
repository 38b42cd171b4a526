import { createRoute, z } from '@hono/zod-openapi';
import { authorise } from '../../../pillars/identity/index.ts';
import { listSchedules as readSchedules } from '../../../run/schedule/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { cursor, nextCursor, pageSize } from '../schemas/fields.ts';
import { problems } from '../schemas/problem.ts';
import { ScheduleSchema, showSchedule } from '../schemas/schedule.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/schedules',
  operationId: 'listSchedules',
  tags: ['Schedules'],
  summary: 'List schedules by name',
  request: { query: z.strictObject({ limit: pageSize(100, 20), cursor: cursor.optional() }) },
  responses: {
    200: answers(
      'Schedules.',
      z.object({ schedules: z.array(ScheduleSchema), nextCursor }).openapi('ScheduleList'),
    ),
    ...problems,
  },
});

export function listSchedules(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'schedules:read');
    const { tenant } = principal;
    const { limit, cursor: after = '' } = c.req.valid('query');
    await parts.tenantStream(tenant);
    // One more than asked tells whether there is a next page.
    const schedules = await parts.alone(tenant, (client) =>
      readSchedules({ client, keys: parts.keys, tenant }, { after, limit: limit + 1 }),
    );
    const page = schedules.slice(0, limit);
    return c.json(
      {
        schedules: page.map(showSchedule),
        nextCursor: schedules.length > limit ? (page.at(-1)?.name ?? null) : null,
      },
      200,
    );
  });
}
