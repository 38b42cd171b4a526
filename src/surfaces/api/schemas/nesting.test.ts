import { describe, expect, it } from 'vitest';
import { nestsWithin } from './nesting.ts';

describe('nesting', () => {
  it.each<[unknown, number]>([
    ['text', 0],
    [null, 0],
    [[], 1],
    [{ a: 1 }, 1],
    [{ a: [1, { b: 2 }] }, 3],
  ])('of %j is %d', (value, levels) => {
    expect(nestsWithin(value, levels)).toBe(true);
    expect(nestsWithin(value, levels - 1)).toBe(levels === 0);
  });

  it('of half a million levels ends no stack', () => {
    expect(nestsWithin(JSON.parse('['.repeat(500_000) + ']'.repeat(500_000)), 100)).toBe(false);
  });
});
