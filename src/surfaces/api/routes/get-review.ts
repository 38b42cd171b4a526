import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { readReview } from '../reviews/read-review.ts';
import { answers } from '../schemas/body.ts';
import { problems } from '../schemas/problem.ts';
import { ReviewSchema } from '../schemas/review.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/reviews/{id}',
  operationId: 'getReview',
  tags: ['Reviews'],
  summary: 'Read a review',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: answers('The review.', ReviewSchema), ...problems },
});

export function getReview(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'reviews:read');
    const { tenant } = principal;
    const { id } = c.req.valid('param');
    await parts.tenantStream(tenant);
    return c.json(
      await inTenant(parts.store, tenant, (client) => readReview(client, parts.keys, tenant, id)),
      200,
    );
  });
}
