import type pg from 'pg';
import { candidatesOf } from '../../../contract/candidates.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import { findDeployment } from '../../../pillars/release/index.ts';
import { DIRECT, DIRECT_VERSION } from '../../../run/chat/direct.ts';
import type { RouteParts } from '../parts.ts';
import type { ChatRequest } from './chat-call.ts';

/** Under whose limits a chat runs, and which model it insists on; without one the definition's are asked. */
export type ChatTarget = { version: string; definition: DefinitionManifest; model?: string };

/** What clients write who leave the choice to the agent. */
const AUTOMATIC = 'auto';

/**
 * Whom a chat is meant for. With an agent its models are asked, or the one of them that the client names. Without
 * one the client names a model, `'provider/model'` or `'local'`, or an agent where a model's name is expected; any
 * other name is one of OpenAI's.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @throws BulkheadError `unknown_agent`, `model_not_allowed`, `unknown_model`, `missing_key`
 */
export async function resolveChat(
  client: pg.PoolClient,
  { models }: Pick<RouteParts, 'models'>,
  { agent, model }: Pick<ChatRequest, 'agent' | 'model'>,
): Promise<ChatTarget> {
  const named = agent ?? (await agentNamed(client, model));
  if (named === undefined) {
    const asked = model === undefined || model === AUTOMATIC ? models.defaultModel : fullName(model);
    await models.check(asked);
    return { version: DIRECT_VERSION, definition: DIRECT, model: asked };
  }
  const { version, definition } = await findDeployment(client, named);
  const candidates = candidatesOf(definition.model, models.defaultModel).map((candidate) => candidate.model);
  if (model === undefined || model === AUTOMATIC || model === named) {
    for (const candidate of candidates) await models.check(candidate);
    return { version, definition };
  }
  const asked = [model, fullName(model)].find((name) => candidates.includes(name));
  if (asked === undefined) throw notAllowed(named, model, candidates);
  await models.check(asked);
  return { version, definition, model: asked };
}

async function agentNamed(client: pg.PoolClient, model: string | undefined): Promise<string | undefined> {
  if (model === undefined || model === AUTOMATIC || model === 'local' || model.includes('/'))
    return undefined;
  const { rowCount } = await client.query({
    name: 'agent-named',
    text: 'SELECT 1 FROM deployment WHERE tenant = current_tenant() AND name = $1',
    values: [model],
  });
  return rowCount === 1 ? model : undefined;
}

function fullName(model: string): string {
  return model === 'local' || model.includes('/') ? model : `openai/${model}`;
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
