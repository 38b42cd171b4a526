import { isCounted } from '../../contract/vocabulary.ts';

/** How much more of the same text another vocabulary may have: Anthropic's has a third more of code. */
const OTHERS = 4 / 3;

/** What Anthropic adds where tools are offered: the most that its price list names for any model. */
const TOOL_PROMPT = 530;

/**
 * The most tokens that a prompt may turn out to have, for what is set aside: a budget that is set aside to the last
 * cent must not be passed because a provider counts more.
 *
 * @param prompt.tokens as they are counted here
 * @param prompt.hasTools whether tools are offered with it
 * @example
 * promptAtMost('openai/gpt-5-mini', { tokens: 900, hasTools: true }); // 900
 * promptAtMost('anthropic/claude-haiku-4-5', { tokens: 900, hasTools: true }); // 1730
 */
export function promptAtMost(
  model: string,
  { tokens, hasTools }: { tokens: number; hasTools: boolean },
): number {
  if (isCounted(model)) return tokens;
  const added = hasTools && model.startsWith('anthropic/') ? TOOL_PROMPT : 0;
  return Math.ceil(tokens * OTHERS) + added;
}
