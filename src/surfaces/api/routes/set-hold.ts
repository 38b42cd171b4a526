import { createRoute } from '@hono/zod-openapi';
import { setHold as set } from '../../../foundation/queue/retention/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { once } from '../idempotency/once.ts';
import { requestHash } from '../idempotency/request-hash.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers, takes } from '../schemas/body.ts';
import { idempotencyHeader } from '../schemas/headers.ts';
import { HoldRequestSchema, HoldSchema, readTarget, showHold } from '../schemas/hold.ts';
import { problems } from '../schemas/problem.ts';

const LARGEST_BODY = 16 * 1024;

const route = createRoute({
  method: 'post',
  path: '/v1/holds',
  operationId: 'setHold',
  tags: ['Operations'],
  summary: 'Hold something back from retention',
  description: 'Runs that are held are not deleted, however old they are, until the hold is released.',
  request: { headers: idempotencyHeader, body: takes(HoldRequestSchema) },
  responses: { 201: answers('The hold.', HoldSchema), ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function setHold(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'holds:write');
    const { tenant } = principal;
    const body = c.req.valid('json');
    const key = c.req.valid('header')['idempotency-key'];
    const hash = requestHash({ method: 'POST', path: c.req.path, body });
    const stream = await parts.tenantStream(tenant);
    const now = parts.clock.now();
    const answer = await once(parts, parts.alone, { tenant, key, hash }, async (client) => {
      const target = readTarget(body.target);
      const hold = await set(client, {
        stream,
        ...target,
        reason: body.reason,
        principal: principal.id,
        now,
      });
      return { status: 201 as const, body: showHold(hold) };
    });
    if (answer.replayed) c.header('Idempotency-Replayed', 'true');
    return c.json(answer.body, answer.status);
  });
}
