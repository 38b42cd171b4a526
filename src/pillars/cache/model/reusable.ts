import type { DefinitionManifest } from '../../../contract/manifest.ts';
import type { ModelResponse } from '../../../contract/model.ts';

/** A model that is less sure than this has abstained, unless the definition says otherwise. */
const ESCALATE_BELOW = 0.6;

/**
 * Whether an answer may be given again: it is whole, no abstention, and calls no tool but such as only read. A tool
 * with effects is called because somebody asked now.
 */
export function isReusable(
  { content, finishReason, confidence, cached }: ModelResponse,
  { tools, escalateBelow = ESCALATE_BELOW }: DefinitionManifest,
): boolean {
  if (cached !== undefined || content.length === 0) return false;
  if (finishReason !== 'stop' && finishReason !== 'tool-calls') return false;
  if (confidence !== undefined && confidence < escalateBelow) return false;
  return content.every((part) => {
    if (part.type !== 'tool-call') return true;
    if (part.invalid || part.providerExecuted) return false;
    return tools.find(({ name }) => name === part.toolName)?.effect === 'read';
  });
}

/** The text of an answer that is nothing else; undefined for any other. */
export function plainTextOf({ content, finishReason }: ModelResponse): string | undefined {
  if (finishReason !== 'stop') return undefined;
  let text = '';
  for (const part of content) {
    if (part.type === 'reasoning') continue;
    if (part.type !== 'text') return undefined;
    text += part.text;
  }
  return text.trim() === '' ? undefined : text;
}
