import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { type Deployment, listDeployments } from '../../../pillars/release/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { type Agent, AgentSchema } from '../schemas/agent.ts';
import { answers } from '../schemas/body.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/agents',
  operationId: 'listAgents',
  tags: ['Agents'],
  summary: 'List what is deployed',
  responses: {
    200: answers(
      'Agents and workflows, by name.',
      z.object({ agents: z.array(AgentSchema) }).openapi('AgentList'),
    ),
    ...problems,
  },
});

export function listAgents(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'agents:read');
    const deployments = await inTenant(parts.store, principal.tenant, listDeployments);
    return c.json(
      { agents: deployments.map((deployment) => show(deployment, parts.models.defaultModel)) },
      200,
    );
  });
}

function show({ version, kind, definition, deployedAt }: Deployment, defaultModel: string): Agent {
  return {
    name: definition.name,
    kind,
    version,
    description: definition.description ?? null,
    effects: definition.effects,
    tools: definition.tools.map(({ name, description, effect, risk }) => ({
      name,
      description,
      effect,
      risk,
    })),
    model: definition.model ?? defaultModel,
    inputSchema: definition.inputSchema ?? null,
    deployedAt: deployedAt.toISOString(),
  };
}
