import { createRoute, z } from '@hono/zod-openapi';
import type { ApiApp } from '../parts.ts';
import { answers } from '../schemas/body.ts';

const route = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  tags: ['Operations'],
  summary: 'Whether the process is up',
  security: [],
  responses: { 200: answers('It is.', z.object({ status: z.literal('ok') }).openapi('Health')) },
});

export function health(app: ApiApp): void {
  app.openapi(route, (c) => c.json({ status: 'ok' as const }, 200));
}
