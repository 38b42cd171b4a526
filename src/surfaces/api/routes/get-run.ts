import { createRoute, z } from '@hono/zod-openapi';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { readRun } from '../runs/read-run.ts';
import { answers } from '../schemas/body.ts';
import { runId } from '../schemas/fields.ts';
import { problems } from '../schemas/problem.ts';
import { RunSchema } from '../schemas/run.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{id}',
  operationId: 'getRun',
  tags: ['Runs'],
  summary: 'Read a run',
  request: { params: z.object({ id: runId }) },
  responses: { 200: answers('The run.', RunSchema), ...problems },
});

export function getRun(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'runs:read');
    return c.json(await readRun(parts.store, parts.keys, principal.tenant, c.req.valid('param').id), 200);
  });
}
