import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelResponse } from '../../../contract/model.ts';

type Answered = Pick<ModelCall, 'definition' | 'candidates' | 'step'>;

/** A model that is less sure than this has abstained, unless the definition says otherwise. */
const ESCALATE_BELOW = 0.6;

/**
 * Whether an answer may be given again: it is whole, not one of several to questions that shared a call, no abstention, from a model that was meant to answer, refused by
 * no check, and calls no tool but such as only read. A tool with effects is called because somebody asked now.
 */
export function isReusable(response: ModelResponse, call: Answered): boolean {
  const { content, finishReason, confidence, cached, packed } = response;
  const { tools, escalateBelow = ESCALATE_BELOW } = call.definition;
  if (cached !== undefined || packed || content.length === 0) return false;
  if (finishReason !== 'stop' && finishReason !== 'tool-calls') return false;
  if (confidence !== undefined && confidence < escalateBelow) return false;
  if (isStopgap(response, call)) return false;
  return content.every((part) => {
    if (part.type !== 'tool-call') return true;
    if (part.invalid || part.providerExecuted) return false;
    return tools.find(({ name }) => name === part.toolName)?.effect === 'read';
  });
}

/**
 * Whether another answer was wanted: a model stood in for one that was down, and would go on doing so after it is back;
 * or every check had refused, and the last answer stood for want of a better one.
 */
function isStopgap({ model }: ModelResponse, { candidates, step }: Answered): boolean {
  const checks = step.entries.flatMap(({ meta }) =>
    meta.kind === 'model.verified' && !meta.shadow ? [meta] : [],
  );
  if (checks.some(({ unverified }) => unverified)) return true;
  const tier = candidates.find((candidate) => candidate.model === model)?.tier;
  if (candidates.find((candidate) => candidate.tier === tier)?.model !== model) return true;
  return tier !== candidates[0]?.tier && !checks.some(({ passed }) => !passed);
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
