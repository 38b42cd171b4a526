import { createRoute, z } from '@hono/zod-openapi';
import { webhookSecret as secretFrom } from '../../../pillars/channel/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/webhook-secret',
  operationId: 'getWebhookSecret',
  tags: ['Operations'],
  summary: 'Read the secret that webhooks are signed with',
  description: 'For the receiver, who verifies each message with it (Standard Webhooks).',
  responses: {
    200: answers('The secret.', z.object({ secret: z.string() }).openapi('WebhookSecret')),
    ...problems,
  },
});

export function webhookSecret(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'webhook-secret:read');
    const { key } = await parts.tenantStream(principal.tenant);
    return c.json({ secret: secretFrom(key) }, 200);
  });
}
