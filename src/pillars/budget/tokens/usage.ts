import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { TokenUsage } from '../../../contract/usage.ts';

/**
 * A provider's count in our shape: `inputTokens` holds cached tokens too, `outputTokens` reasoning too.
 * Servers disagree on whether the total includes the cache; the larger reading is taken, so that a budget is
 * never undercharged.
 *
 * @returns `undefined` when the provider did not count both input and output
 * @example
 * toTokenUsage({
 *   inputTokens: { total: 100, noCache: 20, cacheRead: 80, cacheWrite: undefined },
 *   outputTokens: { total: 7, text: 7, reasoning: undefined },
 * }); // { inputTokens: 100, outputTokens: 7, cacheReadTokens: 80, cacheWriteTokens: 0, reasoningTokens: 0 }
 */
export function toTokenUsage({
  inputTokens: input,
  outputTokens: output,
}: LanguageModelV4Usage): TokenUsage | undefined {
  const cacheReadTokens = count(input.cacheRead) ?? 0;
  const cacheWriteTokens = count(input.cacheWrite) ?? 0;
  const reasoningTokens = count(output.reasoning) ?? 0;
  const noCache = count(input.noCache);
  const inputTotal = largest(
    count(input.total),
    noCache === undefined ? undefined : noCache + cacheReadTokens + cacheWriteTokens,
  );
  const text = count(output.text);
  const outputTotal = largest(count(output.total), text === undefined ? undefined : text + reasoningTokens);
  if (inputTotal === undefined || outputTotal === undefined) return undefined;
  return {
    inputTokens: Math.max(inputTotal, cacheReadTokens + cacheWriteTokens),
    outputTokens: outputTotal,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
  };
}

function largest(...counts: (number | undefined)[]): number | undefined {
  const known = counts.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** What a server sends as a number of tokens may be anything. */
function count(value: number | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
