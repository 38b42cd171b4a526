import { BulkheadError } from '../../contract/errors.ts';
import type { ApiClient } from './client/index.ts';

/** Text for whatever takes a message; JSON for a definition that asks for more than text. */
export async function inputOf(client: ApiClient, agent: string, text: string): Promise<unknown> {
  const definition = (await client.listAgents()).find(({ name }) => name === agent);
  const schema = definition?.inputSchema as { type?: unknown } | null | undefined;
  if (schema === null || schema === undefined || schema.type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new BulkheadError({
      code: 'invalid_input',
      message: `The input is not JSON, and the ${definition?.kind} "${agent}" takes ${JSON.stringify(schema).slice(0, 300)}. Write it as JSON in single quotes, or hand it over on standard input with - instead.`,
    });
  }
}
