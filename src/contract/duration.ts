import { BulkheadError } from './errors.ts';

/** Milliseconds, or a number with a unit: `'250ms'`, `'30s'`, `'5m'`, `'2h'`, `'7d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A hundred years: a point in time that lies farther ahead is one that no calendar or database need hold. */
const LONGEST = 36_525 * 86_400_000;

/**
 * A duration in milliseconds, a hundred years at most.
 *
 * @example
 * milliseconds('5m'); // 300000
 * @throws BulkheadError `invalid_duration`
 */
export function milliseconds(duration: Duration): number {
  const value = typeof duration === 'number' ? duration : read(String(duration));
  if (value >= 0 && value <= LONGEST) return value;
  throw new BulkheadError({
    code: 'invalid_duration',
    message: `"${duration}" is not a duration of a hundred years at most. Write milliseconds as a number, or '250ms', '30s', '5m', '2h', '7d'.`,
  });
}

function read(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  return Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
}
