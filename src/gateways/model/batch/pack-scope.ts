import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import type { DataKey } from '../../../foundation/vault/index.ts';
import { estimateTextTokens } from '../../../pillars/budget/tokens/index.ts';
import type { PackScope } from './batch-requests.ts';

/** Longer questions gain little by sharing their instructions, and are answered worse beside others. */
const MOST_TOKENS = 500;

/**
 * Says which calls may share one with others, where the author allows it: those of one definition that differ in
 * nothing but one short text of the user. The scope is a hash under the tenant's key, because instructions can be
 * guessed.
 */
export function createPackScope(
  tenantKey: (tenant: string) => Promise<DataKey>,
): (call: ModelCall) => Promise<PackScope | undefined> {
  return async ({ run, definition, model, request }) => {
    const size = definition.batch === false ? undefined : definition.batch?.pack;
    const question = questionOf(request);
    if (size === undefined || question === undefined) return undefined;
    if ((await estimateTextTokens([question])) >= MOST_TOKENS) return undefined;
    // Whether somebody reads along says nothing about the question.
    const { prompt, maxOutputTokens: _, whole: __, ...rest } = request;
    const shared = [definition.name, definition.hash, model, instructionsOf(prompt), rest];
    return { scope: (await tenantKey(run.tenant)).keyedHash(shared), size };
  };
}

/** The one text of a request that can be answered beside others; undefined: it cannot. */
export function questionOf({
  prompt,
  tools = [],
  stopSequences = [],
  responseFormat,
}: ModelRequest): string | undefined {
  if (tools.length > 0 || stopSequences.length > 0 || !canBePart(responseFormat)) return undefined;
  const rest = prompt.filter(({ role }) => role !== 'system');
  const [message] = rest;
  if (rest.length !== 1 || message?.role !== 'user' || message.content.length !== 1) return undefined;
  const [part] = message.content;
  return part?.type === 'text' ? part.text : undefined;
}

export function instructionsOf(prompt: ModelRequest['prompt']): string[] {
  return prompt.flatMap((message) => (message.role === 'system' ? [message.content] : []));
}

/** A schema that refers to places within itself means others when it stands within another. */
function canBePart(format: ModelRequest['responseFormat']): boolean {
  if (format === undefined) return true;
  return format.schema !== undefined && !JSON.stringify(format.schema).includes('"$ref"');
}
