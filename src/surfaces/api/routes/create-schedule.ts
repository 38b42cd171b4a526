import { createRoute } from '@hono/zod-openapi';
import { appendExclusive } from '../../../foundation/journal/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { createSchedule as create, type SchedulePlan } from '../../../run/schedule/index.ts';
import { once } from '../idempotency/once.ts';
import { requestHash } from '../idempotency/request-hash.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { checkSubmission } from '../runs/submit-run.ts';
import { submissionOf } from '../schedules/submission-of.ts';
import { answers, takes } from '../schemas/body.ts';
import { idempotencyHeader } from '../schemas/headers.ts';
import { problems } from '../schemas/problem.ts';
import {
  type ScheduleRequest,
  ScheduleRequestSchema,
  ScheduleSchema,
  showSchedule,
} from '../schemas/schedule.ts';

const LARGEST_BODY = 1024 * 1024;

const route = createRoute({
  method: 'post',
  path: '/v1/schedules',
  operationId: 'createSchedule',
  tags: ['Schedules'],
  summary: 'Start runs by the clock',
  description:
    'Each tick starts a run as POST /v1/runs would at that moment: on the version that is deployed then. Where clocks change, an expression that names its hours and minutes ticks once for each time that it names; one with `*` or a step in them ticks by the time that passes.',
  request: { headers: idempotencyHeader, body: takes(ScheduleRequestSchema) },
  responses: { 201: answers('The schedule.', ScheduleSchema), ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function createSchedule(app: ApiApp, parts: RouteParts): void {
  const { keys, clock } = parts;
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'schedules:write');
    const { tenant } = principal;
    const body = c.req.valid('json');
    const key = c.req.valid('header')['idempotency-key'];
    const hash = requestHash({ method: 'POST', path: c.req.path, body });
    const stream = await parts.tenantStream(tenant);
    const answer = await once(parts, parts.alone, { tenant, key, hash }, async (client) => {
      const plan = planOf(body);
      await checkSubmission(client, parts, submissionOf(plan));
      const schedule = await create({ client, keys, tenant }, plan, principal.id);
      const { id, name } = schedule;
      const meta = { kind: 'schedule.created' as const, schedule: id, name, principal: principal.id };
      await appendExclusive(client, stream, [{ meta }], clock.now());
      // A kept answer shows the input: it is sealed under the tenant's own stream.
      return { status: 201 as const, body: showSchedule(schedule), run: stream.id };
    });
    if (answer.replayed) c.header('Idempotency-Replayed', 'true');
    return c.json(answer.body, answer.status);
  });
}

function planOf(request: ScheduleRequest): SchedulePlan {
  return {
    name: request.name,
    agent: request.agent,
    input: request.input as SchedulePlan['input'],
    cron: request.cron,
    timezone: request.timezone ?? 'UTC',
    lane: request.lane ?? 'normal',
    budget: request.budget ?? {},
    subject: request.subject ?? null,
    session: request.session ?? null,
    overlap: request.overlap ?? 'skip',
    catchUp: request.catchUp ?? 'latest',
    paused: request.paused ?? false,
  };
}
