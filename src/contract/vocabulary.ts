/** Models whose tokens are counted here in their own vocabulary. */
const COUNTED = /^(openai\/|local$)/;

/**
 * Whether a model's tokens are counted as it counts them itself; those of others are an estimate.
 *
 * @param model its full name, `'provider/model'`
 * @example
 * isCounted('openai/gpt-5-mini'); // true
 * isCounted('anthropic/claude-haiku-4-5'); // false
 */
export function isCounted(model: string): boolean {
  return COUNTED.test(model);
}
