import { NO_USAGE, type TokenUsage } from '../../../contract/usage.ts';

/**
 * Divides the tokens of one call among those who shared it: what was read by the first weights, what was written by
 * the second. The shares add up to the whole, token by token.
 *
 * @example
 * shareUsage({ ...NO_USAGE, inputTokens: 10 }, [1, 2], [1, 1]).map(({ inputTokens }) => inputTokens); // [3, 7]
 */
export function shareUsage(
  usage: TokenUsage,
  read: readonly number[],
  written: readonly number[],
): TokenUsage[] {
  const shares = read.map(() => ({ ...NO_USAGE }));
  const weightsOf: Record<keyof TokenUsage, readonly number[]> = {
    inputTokens: read,
    cacheReadTokens: read,
    cacheWriteTokens: read,
    outputTokens: written,
    reasoningTokens: written,
  };
  for (const [field, weights] of Object.entries(weightsOf) as [keyof TokenUsage, readonly number[]][]) {
    for (const [index, part] of divide(usage[field], weights).entries()) {
      const share = shares[index];
      if (share !== undefined) share[field] = part;
    }
  }
  return shares;
}

/** By the running sum, so that nothing is lost to rounding. Without any weight all weigh alike. */
function divide(whole: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let passed = 0;
  let given = 0;
  return weights.map((weight) => {
    passed += sum === 0 ? 1 / weights.length : weight / sum;
    const upTo = Math.round(whole * passed);
    const part = upTo - given;
    given = upTo;
    return part;
  });
}
