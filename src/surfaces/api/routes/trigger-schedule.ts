import { createRoute, z } from '@hono/zod-openapi';
import { appendExclusive } from '../../../foundation/journal/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { findSchedule, noteTriggered } from '../../../run/schedule/index.ts';
import { once } from '../idempotency/once.ts';
import { requestHash } from '../idempotency/request-hash.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { submitRun } from '../runs/submit-run.ts';
import { submissionOf } from '../schedules/submission-of.ts';
import { answers } from '../schemas/body.ts';
import { idempotencyHeader } from '../schemas/headers.ts';
import { problems } from '../schemas/problem.ts';
import { RunSchema } from '../schemas/run.ts';
import { scheduleName } from '../schemas/schedule.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/schedules/{schedule}/trigger',
  operationId: 'triggerSchedule',
  tags: ['Schedules'],
  summary: 'Run a schedule now',
  description: 'Starts its run at once, also while it is paused; its ticks come as before.',
  request: { params: z.object({ schedule: scheduleName }), headers: idempotencyHeader },
  responses: { 202: answers('The run is queued.', RunSchema), ...problems },
});

export function triggerSchedule(app: ApiApp, parts: RouteParts): void {
  const { keys, clock } = parts;
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'schedules:write');
    const { tenant } = principal;
    const key = c.req.valid('header')['idempotency-key'];
    const hash = requestHash({ method: 'POST', path: c.req.path, body: null });
    const stream = await parts.tenantStream(tenant);
    const answer = await once(parts, parts.alone, { tenant, key, hash }, async (client) => {
      const access = { client, keys, tenant };
      const schedule = await findSchedule(access, c.req.valid('param').schedule);
      const { id, name } = schedule;
      const run = await submitRun(client, parts, principal, submissionOf(schedule), {
        origin: { schedule: { id } },
      });
      await noteTriggered(access, id, run.id);
      const meta = {
        kind: 'schedule.triggered' as const,
        schedule: id,
        name,
        principal: principal.id,
        run: run.id,
      };
      await appendExclusive(client, stream, [{ meta }], clock.now());
      return { status: 202 as const, body: run, run: run.id };
    });
    parts.doorbell.ring();
    if (answer.replayed) c.header('Idempotency-Replayed', 'true');
    return c.json(answer.body, answer.status);
  });
}
