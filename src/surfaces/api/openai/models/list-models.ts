import { createRoute, z } from '@hono/zod-openapi';
import { BulkheadError } from '../../../../contract/errors.ts';
import type { Principal } from '../../../../contract/principal.ts';
import { inTenant } from '../../../../foundation/store/index.ts';
import { authorise } from '../../../../pillars/identity/index.ts';
import { listDeployments } from '../../../../pillars/release/index.ts';
import type { ApiApp, RouteParts } from '../../parts.ts';
import { answers } from '../../schemas/body.ts';
import { openAiErrors } from '../errors/error-schema.ts';
import { type ListedModel, modelsOf } from './models-of.ts';

const ModelSchema = z
  .object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() })
  .openapi('Model');
const ModelListSchema = z
  .object({ object: z.literal('list'), data: z.array(ModelSchema) })
  .openapi('ModelList');

const listRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  operationId: 'listModels',
  tags: ['OpenAI'],
  summary: "List deployed agents and the models that they name (OpenAI's Models)",
  description:
    'Agents are owned by `bulkhead`, models by their provider. Other models of configured providers may be named too.',
  responses: { 200: answers('Agents, then models.', ModelListSchema), ...openAiErrors },
});

const getRoute = createRoute({
  method: 'get',
  path: '/v1/models/{model}',
  operationId: 'getModel',
  tags: ['OpenAI'],
  summary: 'Read one of them',
  request: { params: z.object({ model: z.string() }) },
  responses: { 200: answers('The agent or model.', ModelSchema), ...openAiErrors },
});

export function listModels(app: ApiApp, parts: RouteParts): void {
  app.openapi(listRoute, async (c) => {
    return c.json({ object: 'list' as const, data: await readModels(parts, c.get('principal')) }, 200);
  });
  app.openapi(getRoute, async (c) => {
    const { model } = c.req.valid('param');
    const found = (await readModels(parts, c.get('principal'))).find(({ id }) => id === model);
    if (found !== undefined) return c.json(found, 200);
    throw new BulkheadError({
      code: 'unknown_model',
      message: `No deployed agent is or names "${model}". GET /v1/models lists them.`,
      status: 404,
    });
  });
}

async function readModels({ store, models }: RouteParts, principal: Principal): Promise<ListedModel[]> {
  authorise(principal, 'agents:read');
  const deployments = await inTenant(store, principal.tenant, listDeployments);
  return modelsOf(deployments, models.defaultModel);
}
