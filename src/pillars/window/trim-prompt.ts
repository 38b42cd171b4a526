import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { type GroupingOptions, promptGroups } from './prompt-groups.ts';

export type TrimmedPrompt = {
  prompt: LanguageModelV4Prompt;
  /** Messages that were left out, and their tokens. */
  messages: number;
  tokens: number;
};

/**
 * Leaves out the oldest turns, as few as will do.
 *
 * @param sizes tokens of each message
 * @param excess tokens that have to go, at least
 * @returns undefined when what may never go is too much by itself
 */
export function trimPrompt(
  prompt: LanguageModelV4Prompt,
  { sizes, excess, ...grouping }: GroupingOptions & { sizes: readonly number[]; excess: number },
): TrimmedPrompt | undefined {
  const out = new Set<number>();
  let tokens = 0;
  for (const { places, fixed } of promptGroups(prompt, grouping)) {
    if (tokens >= excess) break;
    if (fixed) continue;
    for (const place of places) {
      out.add(place);
      tokens += sizes[place] ?? 0;
    }
  }
  if (tokens < excess) return undefined;
  return { prompt: prompt.filter((_, place) => !out.has(place)), messages: out.size, tokens };
}
