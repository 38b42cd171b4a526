import { describe, expect, it } from 'vitest';
import { pauseAfter } from './retry-schedule.ts';

const HOUR = 3_600_000;

describe('the retry schedule', () => {
  it('makes ten attempts in about three days', () => {
    const pauses = Array.from({ length: 10 }, (_, index) => pauseAfter(index + 1, 0));
    expect(pauses.slice(0, 4)).toEqual([5_000, 300_000, 1_800_000, 2 * HOUR]);
    expect(pauses.at(-1)).toBeUndefined();
    const days = pauses.reduce<number>((sum, pause) => sum + (pause ?? 0), 0) / (24 * HOUR);
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(3.3);
  });

  it('spreads deliveries that failed together over a tenth more', () => {
    expect(pauseAfter(2, 0.5)).toBe(315_000);
    expect(pauseAfter(2, 0.999)).toBeLessThan(330_001);
  });
});
