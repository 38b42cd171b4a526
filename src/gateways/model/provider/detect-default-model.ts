import { defaultModels } from './default-models.ts';
import { probeServer } from './probe-server.ts';
import { type Environment, setting } from './provider-access.ts';
import { providers } from './providers.ts';

/**
 * Asks a server for its models.
 *
 * @param limit milliseconds until it counts as absent
 * @returns the parsed JSON answer, or `undefined` when there is none
 */
export type Probe = (url: string, limit: number, apiKey: string | undefined) => Promise<unknown>;

/** A server on this machine answers at once or is not there. */
const localLimit = 300;

/** A server that was named may stand elsewhere: allow a TLS handshake. */
const namedLimit = 2_000;

/**
 * The model for an agent that names none, in this order: a provider whose key is set; the OpenAI-compatible
 * server that was named; Ollama; `local`. A key for an `OPENAI_BASE_URL` on this machine opens a server of
 * one's own, not OpenAI.
 *
 * @returns the model's name, and one sentence for the terminal that says why
 * @example
 * await detectDefaultModel({ environment: { ANTHROPIC_API_KEY: '…' } });
 * // { model: 'anthropic/claude-haiku-4-5', because: 'ANTHROPIC_API_KEY is set.' }
 */
export async function detectDefaultModel({
  environment,
  probe = probeServer,
}: {
  environment: Environment;
  probe?: Probe;
}): Promise<{ model: string; because: string }> {
  for (const { provider, model } of defaultModels) {
    const variable = providers.get(provider)?.keyVariable;
    if (variable === undefined || setting(environment, variable) === undefined) continue;
    if (provider === 'openai' && isLoopback(setting(environment, 'OPENAI_BASE_URL'))) continue;
    return { model, because: `${variable} is set.` };
  }

  const silent: string[] = [];
  for (const { variable, keyVariable } of providers.get('openai-compatible')?.addresses ?? []) {
    const baseURL = setting(environment, variable);
    if (baseURL === undefined) continue;
    const apiKey = keyVariable === undefined ? undefined : setting(environment, keyVariable);
    const list = await probe(`${baseURL.replace(/\/+$/, '')}/models`, namedLimit, apiKey);
    const modelId = firstChatModel(list, 'data', 'id');
    if (modelId !== undefined) {
      return {
        model: `openai-compatible/${modelId}`,
        because: `No provider key is set, and the server of ${variable} offers it.`,
      };
    }
    silent.push(`the server of ${variable} offers no model`);
  }

  const ollama = (setting(environment, 'OLLAMA_BASE_URL') ?? 'http://127.0.0.1:11434').replace(
    /(\/v1)?\/*$/,
    '',
  );
  const tags = await probe(`${ollama}/api/tags`, localLimit, undefined);
  const modelId = firstChatModel(tags, 'models', 'name');
  if (modelId !== undefined) {
    return {
      model: `ollama/${modelId}`,
      because: 'No provider key is set, and Ollama on this machine has it.',
    };
  }
  silent.push(tags === undefined ? 'Ollama does not answer' : 'Ollama has no model that chats');
  return {
    model: 'local',
    because: `No provider key is set and ${silent.join(', and ')}: the built-in model selects and extracts, and writes no prose.`,
  };
}

function isLoopback(baseURL: string | undefined): boolean {
  const host = baseURL === undefined ? undefined : URL.parse(baseURL)?.hostname;
  return host === 'localhost' || host === '[::1]' || (host?.startsWith('127.') ?? false);
}

/** The first model of a list that is not for embeddings alone; Ollama lists the last used first. */
function firstChatModel(list: unknown, field: string, nameField: string): string | undefined {
  const entries = isRecord(list) ? list[field] : undefined;
  if (!Array.isArray(entries)) return undefined;
  return entries
    .map((entry: unknown) => (isRecord(entry) ? entry[nameField] : undefined))
    .find(
      (name): name is string => typeof name === 'string' && name !== '' && !/embed|bert|rerank/i.test(name),
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
