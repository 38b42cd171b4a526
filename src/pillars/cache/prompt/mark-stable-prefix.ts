import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { ModelRequest, OfferedTool } from '../../../contract/model.ts';

/**
 * Tokens that a prefix needs at least to be kept by Anthropic. Some models need more, and ignore a mark on less.
 * Source: Anthropic, "Prompt caching", section "Cache limitations".
 */
const LEAST_TOKENS = 1_024;
const CHARACTERS_A_TOKEN = 4;

const MARK = { cacheControl: { type: 'ephemeral' as const } };

/**
 * Marks where the parts of a request end that come again: the tools, the system messages, and, once a conversation is
 * under way, its last message, with which the next turn goes on. Three of the four marks that Anthropic allows; none
 * on a part that is too short to be kept, and none when the author has set marks already.
 */
export function markStablePrefix(request: ModelRequest): ModelRequest {
  const { prompt, tools = [] } = request;
  if ([...prompt, ...tools].some(isMarked)) return request;
  const firstOther = prompt.findIndex(({ role }) => role !== 'system');
  const systemEnd = (firstOther < 0 ? prompt.length : firstOther) - 1;
  const underWay = prompt.some(({ role }) => role === 'assistant');
  const marked = new Set<number>();
  if (systemEnd >= 0 && isLong([...tools, ...prompt.slice(0, systemEnd + 1)])) marked.add(systemEnd);
  if (underWay && isLong([...tools, ...prompt])) marked.add(prompt.length - 1);
  const markTools = isLong(tools);
  if (marked.size === 0 && !markTools) return request;
  return {
    ...request,
    prompt: prompt.map((message, at) =>
      marked.has(at) ? withMark(message) : message,
    ) as LanguageModelV4Prompt,
    ...(markTools
      ? { tools: tools.map((tool, at) => (at === tools.length - 1 ? withMark(tool) : tool)) as OfferedTool[] }
      : {}),
  };
}

function withMark<Part extends { providerOptions?: object }>(part: Part): Part {
  const { anthropic = {} } = (part.providerOptions ?? {}) as { anthropic?: object };
  return { ...part, providerOptions: { ...part.providerOptions, anthropic: { ...anthropic, ...MARK } } };
}

type Markable = { providerOptions?: { anthropic?: { cacheControl?: unknown } | undefined } | undefined };

/** Also by a mark on one of its parts. */
function isMarked(whole: object): boolean {
  const parts: unknown[] = 'content' in whole && Array.isArray(whole.content) ? whole.content : [];
  return ([whole, ...parts] as Markable[]).some(
    ({ providerOptions }) => providerOptions?.anthropic?.cacheControl !== undefined,
  );
}

/** Whether they come to what can be kept: roughly, and counted no farther, because a prompt may be long. */
function isLong(parts: readonly object[]): boolean {
  let characters = 0;
  return parts.some((part) => {
    characters += JSON.stringify(part).length;
    return characters >= LEAST_TOKENS * CHARACTERS_A_TOKEN;
  });
}
