const longest = 60;

/**
 * A value as a sentence can hold it.
 *
 * @example
 * showValue('wrte'); // '"wrte"'
 * showValue(undefined); // 'missing'
 * showValue([1]); // 'a list'
 */
export function showValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') {
    return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
  }
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
