import { createRoute, z } from '@hono/zod-openapi';
import { REVIEW_KINDS, REVIEW_STATUSES } from '../../../contract/review.ts';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { invalidRequest } from '../problems/invalid-request.ts';
import { readReviews } from '../reviews/read-review.ts';
import { isUuid } from '../runs/is-uuid.ts';
import { answers } from '../schemas/body.ts';
import { cursor, nextCursor, pageSize, shortText } from '../schemas/fields.ts';
import { problems } from '../schemas/problem.ts';
import { ReviewSchema } from '../schemas/review.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/reviews',
  operationId: 'listReviews',
  tags: ['Reviews'],
  summary: 'List reviews',
  description:
    'Those that wait (`status=pending`) come with the oldest first, any other list with the newest first.',
  request: {
    query: z.strictObject({
      status: z.enum(REVIEW_STATUSES).optional(),
      kind: z.enum(REVIEW_KINDS).optional(),
      run: shortText.optional(),
      agent: shortText.optional(),
      limit: pageSize(100, 20),
      cursor: cursor.optional(),
    }),
  },
  responses: {
    200: answers('Reviews.', z.object({ reviews: z.array(ReviewSchema), nextCursor }).openapi('ReviewList')),
    ...problems,
  },
});

export function listReviews(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'reviews:read');
    const { tenant } = principal;
    const { cursor: after, limit, status, kind, run, agent } = c.req.valid('query');
    if (after !== undefined && !isUuid(after)) {
      throw invalidRequest([{ field: 'cursor', message: 'is not the nextCursor of a page' }]);
    }
    await parts.tenantStream(tenant);
    const reviews = await inTenant(parts.store, tenant, (client) =>
      readReviews(client, parts.keys, tenant, {
        // One more than asked tells whether there is a next page.
        limit: limit + 1,
        ...(status === undefined ? {} : { status }),
        ...(kind === undefined ? {} : { kind }),
        ...(run === undefined ? {} : { run }),
        ...(agent === undefined ? {} : { agent }),
        ...(after === undefined ? {} : { after }),
      }),
    );
    const page = reviews.slice(0, limit);
    return c.json(
      { reviews: page, nextCursor: reviews.length > limit ? (page.at(-1)?.id ?? null) : null },
      200,
    );
  });
}
