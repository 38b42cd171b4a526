import { createRoute, z } from '@hono/zod-openapi';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';

const ReadinessSchema = z
  .object({
    ready: z.boolean(),
    checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
    warnings: z.array(z.string()).openapi({ description: 'What is not as it should be in production.' }),
  })
  .openapi('Readiness');

const route = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  tags: ['Operations'],
  summary: 'Whether work can be done',
  security: [],
  responses: {
    200: answers('Ready.', ReadinessSchema),
    503: answers('Not ready; `checks` says why.', ReadinessSchema),
  },
});

export function readiness(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const state = await parts.readiness();
    return c.json(state, state.ready ? 200 : 503);
  });
}
