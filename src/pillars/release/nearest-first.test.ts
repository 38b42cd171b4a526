import { describe, expect, it } from 'vitest';
import { nearestFirst } from './nearest-first.ts';

describe('nearestFirst', () => {
  it.each([
    ['suport', ['billing', 'refunds', 'support'], 'support'],
    ['Support', ['supply', 'support'], 'support'],
    ['refund', ['records', 'refund-order', 'refunds'], 'refunds'],
    ['', ['ab', 'a'], 'a'],
  ])('%s → %s', (meant, names, nearest) => {
    expect(nearestFirst(meant, names)[0]).toBe(nearest);
  });

  it('keeps names that are equally far in their order', () => {
    expect(nearestFirst('x', ['b', 'a', 'c'])).toEqual(['b', 'a', 'c']);
  });
});
