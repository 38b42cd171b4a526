import { describe, expect, it } from 'vitest';
import { BACKOFF_BASE, BACKOFF_CAP, nextBackoff } from './backoff.ts';

describe('nextBackoff', () => {
  it('lies between the base and three times the wait before', () => {
    expect(nextBackoff(1_000, () => 0)).toBe(BACKOFF_BASE);
    expect(nextBackoff(1_000, () => 0.5)).toBe(1_550);
    expect(nextBackoff(1_000, () => 0.999999)).toBeCloseTo(3_000, 0);
  });

  it('never exceeds the cap', () => {
    expect(nextBackoff(BACKOFF_CAP, () => 0.9)).toBe(BACKOFF_CAP);
  });
});
