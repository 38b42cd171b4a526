import { createRoute, z } from '@hono/zod-openapi';
import { RUN_STATUSES } from '../../../contract/run.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { invalidRequest } from '../problems/invalid-request.ts';
import { isUuid } from '../runs/is-uuid.ts';
import { listRuns as readRuns } from '../runs/read-run.ts';
import { answers } from '../schemas/body.ts';
import { cursor, nextCursor, pageSize, shortText } from '../schemas/fields.ts';
import { problems } from '../schemas/problem.ts';
import { RunSchema } from '../schemas/run.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/runs',
  operationId: 'listRuns',
  tags: ['Runs'],
  summary: 'List runs, newest first',
  request: {
    query: z.strictObject({
      agent: shortText.optional(),
      status: z.enum(RUN_STATUSES).optional(),
      session: shortText.optional(),
      subject: shortText.optional(),
      limit: pageSize(100, 20),
      cursor: cursor.optional(),
    }),
  },
  responses: {
    200: answers('Runs.', z.object({ runs: z.array(RunSchema), nextCursor }).openapi('RunList')),
    ...problems,
  },
});

export function listRuns(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'runs:read');
    const { cursor: before, limit, ...filter } = c.req.valid('query');
    if (before !== undefined && !isUuid(before)) {
      throw invalidRequest([{ field: 'cursor', message: 'is not the nextCursor of a page' }]);
    }
    // One more than asked tells whether there is a next page.
    const runs = await readRuns(parts.store, parts.keys, principal.tenant, {
      ...filter,
      before,
      limit: limit + 1,
    });
    const page = runs.slice(0, limit);
    return c.json({ runs: page, nextCursor: runs.length > limit ? (page.at(-1)?.id ?? null) : null }, 200);
  });
}
