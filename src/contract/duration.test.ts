import { describe, expect, it } from 'vitest';
import { type Duration, milliseconds } from './duration.ts';

describe('milliseconds', () => {
  it.each<[Duration, number]>([
    [0, 0],
    [1_500, 1_500],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['36525d', 3_155_760_000_000],
  ])('reads %j', (duration, expected) => {
    expect(milliseconds(duration)).toBe(expected);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e18, '36526d', '5', 's', '5 s', '-5s', '5w', '', null])(
    'refuses %j',
    (duration) => {
      expect(() => milliseconds(duration as Duration)).toThrow(
        expect.objectContaining({
          code: 'invalid_duration',
          message: expect.stringContaining(String(duration)),
        }),
      );
    },
  );
});
