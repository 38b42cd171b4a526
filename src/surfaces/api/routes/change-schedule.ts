import { createRoute, z } from '@hono/zod-openapi';
import { appendExclusive } from '../../../foundation/journal/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { changeSchedule as change, type SchedulePlan } from '../../../run/schedule/index.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { checkSubmission } from '../runs/submit-run.ts';
import { submissionOf } from '../schedules/submission-of.ts';
import { answers, takes } from '../schemas/body.ts';
import { problems } from '../schemas/problem.ts';
import {
  type ScheduleChange,
  ScheduleChangeSchema,
  ScheduleSchema,
  scheduleName,
  showSchedule,
} from '../schemas/schedule.ts';

const LARGEST_BODY = 1024 * 1024;

const route = createRoute({
  method: 'patch',
  path: '/v1/schedules/{schedule}',
  operationId: 'changeSchedule',
  tags: ['Schedules'],
  summary: 'Pause, resume or change a schedule',
  description:
    'After a pause, and when its times change, it goes on with the first tick from now: what passed in between is not made up for. Its runs have the rights of whoever changed it last.',
  request: { params: z.object({ schedule: scheduleName }), body: takes(ScheduleChangeSchema) },
  responses: { 200: answers('The schedule.', ScheduleSchema), ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function changeSchedule(app: ApiApp, parts: RouteParts): void {
  const { keys, clock } = parts;
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'schedules:write');
    const { tenant } = principal;
    const wish = c.req.valid('json');
    const { schedule: name } = c.req.valid('param');
    const stream = await parts.tenantStream(tenant);
    const changed = await parts.alone(tenant, async (client) => {
      const planned = async (before: SchedulePlan) => {
        const plan = { ...before, ...given(wish) };
        // To pause what cannot run any more must be possible.
        if (startsOtherwise(wish)) await checkSubmission(client, parts, submissionOf(plan));
        return plan;
      };
      const schedule = await change({ client, keys, tenant }, name, planned, principal.id);
      const meta = {
        kind: 'schedule.changed' as const,
        schedule: schedule.id,
        name: schedule.name,
        principal: principal.id,
        fields: Object.keys(wish).toSorted(),
      };
      await appendExclusive(client, stream, [{ meta }], clock.now());
      return schedule;
    });
    return c.json(showSchedule(changed), 200);
  });
}

function startsOtherwise({ agent, input, budget }: ScheduleChange): boolean {
  return agent !== undefined || input !== undefined || budget !== undefined;
}

function given(wish: ScheduleChange): Partial<SchedulePlan> {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}
