import { describe, expect, it } from 'vitest';
import { showCount, showDuration, showUsd } from './amounts.ts';

describe('amounts', () => {
  it.each([
    [0, '$0'],
    [1.5, '$1.50'],
    [0.01, '$0.01'],
    [0.00042, '$0.00042'],
    [0.0012345, '$0.0012'],
    [0.0000000001, '$0.00000000'],
  ])('%d usd', (usd, shown) => {
    expect(showUsd(usd)).toBe(shown);
  });

  it.each([
    [0, '0 tokens'],
    [1, '1 token'],
    [1_234, '1,234 tokens'],
  ])('%d tokens', (count, shown) => {
    expect(showCount(count, 'token')).toBe(shown);
  });

  it.each([
    [12.4, '12 ms'],
    [4_200, '4.2 s'],
    [125_000, '2 min 5 s'],
    [2 * 3_600_000 + 60_000, '2 h 1 min'],
    [72 * 3_600_000, '3 days'],
  ])('%d ms', (duration, shown) => {
    expect(showDuration(duration)).toBe(shown);
  });
});
