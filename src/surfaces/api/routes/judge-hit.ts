import { createRoute } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { markHit } from '../../../pillars/cache/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { takes } from '../schemas/body.ts';
import { JudgementSchema } from '../schemas/cache.ts';
import { problems } from '../schemas/problem.ts';

const LARGEST_BODY = 16 * 1024;

const route = createRoute({
  method: 'post',
  path: '/v1/cache/judgements',
  operationId: 'judgeHit',
  tags: ['Operations'],
  summary: 'Say whether an answer of the semantic cache was wrong',
  description:
    'It counts as a comparison with the model does, and stands above one. When too many hits were wrong, the threshold rises or the cache switches itself off.',
  request: { body: takes(JudgementSchema) },
  responses: { 204: { description: 'It counts.' }, ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function judgeHit(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'cache:judge');
    const { tenant, id } = principal;
    const judged = c.req.valid('json');
    const stream = await parts.tenantStream(tenant);
    const now = parts.clock.now();
    await inTenant(parts.store, tenant, (client) =>
      markHit(client, { ...judged, stream, principal: id, now }),
    );
    return c.body(null, 204);
  });
}
