import type pg from 'pg';
import { candidatesOf } from '../../../contract/candidates.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import { type Deployment, findDeployment } from '../../../pillars/release/index.ts';
import { DIRECT, DIRECT_VERSION } from '../../../run/chat/direct.ts';
import type { RouteParts } from '../parts.ts';
import { checkModels } from '../runs/check-models.ts';
import type { ChatRequest } from './chat-call.ts';

/** Under whose limits a chat runs, and which model it insists on; without one the definition's are asked. */
export type ChatTarget = { version: string; definition: DefinitionManifest; model?: string };

/** What clients write who leave the choice to the agent. */
const AUTOMATIC = 'auto';

/**
 * Whom a chat is meant for. With an agent its models are asked, or the one of them that the client names. Without
 * one the client names a model, `'provider/model'` or `'local'`, or an agent where a model's name is expected; any
 * other name is one of OpenAI's. Only where an agent may be meant is the database asked.
 *
 * @throws BulkheadError `unknown_agent`, `model_not_allowed`, `unknown_model`, `missing_key`
 */
export async function resolveChat(
  { models, together }: Pick<RouteParts, 'models' | 'together'>,
  tenant: string,
  { agent, model = AUTOMATIC }: Pick<ChatRequest, 'agent' | 'model'>,
): Promise<ChatTarget> {
  const deployment = isFullName(model) && agent === undefined ? undefined : await together(tenant, deployed);
  if (deployment === undefined) {
    const asked = model === AUTOMATIC ? models.defaultModel : fullName(model);
    await models.check(asked);
    return { version: DIRECT_VERSION, definition: DIRECT, model: asked };
  }
  const { version, kind, definition } = deployment;
  if (kind === 'workflow') throw isWorkflow(definition.name);
  const candidates = candidatesOf(definition.model, models.defaultModel).map((candidate) => candidate.model);
  if (model === AUTOMATIC || model === definition.name) {
    await checkModels(definition, models);
    return { version, definition };
  }
  const asked = [model, fullName(model)].find((name) => candidates.includes(name));
  if (asked === undefined) throw notAllowed(definition.name, model, candidates);
  await models.check(asked);
  return { version, definition, model: asked };

  async function deployed(client: pg.PoolClient): Promise<Deployment | undefined> {
    if (agent !== undefined) return findDeployment(client, agent);
    if (model === AUTOMATIC) return undefined;
    return findDeployment(client, model).catch((error: unknown) => {
      if (BulkheadError.isInstance(error) && error.code === 'unknown_agent') return undefined;
      throw error;
    });
  }
}

function isFullName(model: string): boolean {
  return model === 'local' || model.includes('/');
}

function fullName(model: string): string {
  return isFullName(model) ? model : `openai/${model}`;
}

/** It has no models of its own: whatever answered in its name would not be what was meant. */
function isWorkflow(name: string): BulkheadError {
  return new BulkheadError({
    code: 'unknown_agent',
    message: `"${name}" is a workflow, which calls models itself: start it with POST /v1/runs. A chat takes an agent or a model; GET /v1/models lists them.`,
    status: 404,
    details: { agent: name },
  });
}

function notAllowed(agent: string, model: string, models: readonly string[]): BulkheadError {
  return new BulkheadError({
    code: 'model_not_allowed',
    message: `The agent "${agent}" does not use the model "${model}". Ask for "auto", or for one of its own: ${models.join(', ')}.`,
    status: 403,
    denied: true,
    details: { agent, model, models },
  });
}
