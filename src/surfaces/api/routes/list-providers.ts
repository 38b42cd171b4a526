import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { listProviders as readProviders } from '../../../pillars/resilience/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { problems } from '../schemas/problem.ts';
import { ProviderSchema, showProvider } from '../schemas/provider.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/providers',
  operationId: 'listProviders',
  tags: ['Operations'],
  summary: 'List which model providers are down',
  description:
    'Providers and models that are down, then those that were within the last month. One that is not listed has answered all along.',
  responses: {
    200: answers('Providers.', z.object({ providers: z.array(ProviderSchema) }).openapi('ProviderList')),
    ...problems,
  },
});

export function listProviders(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'kill-switches:read');
    const providers = await inTenant(parts.store, principal.tenant, readProviders);
    return c.json({ providers: providers.map(showProvider) }, 200);
  });
}
