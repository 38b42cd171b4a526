/** Deeper values would end a stack in whatever walks them: serialisers, validators, author code. */
export const DEEPEST = 100;

/**
 * Whether a JSON value has at most `levels` levels of arrays and objects.
 *
 * @example
 * nestsWithin({ a: [1] }, 2); // true
 */
export function nestsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.values(value).every((member) => nestsWithin(member, levels - 1));
}
