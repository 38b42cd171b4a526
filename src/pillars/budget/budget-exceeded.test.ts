import { expect, it } from 'vitest';
import { amountOf } from './budget-exceeded.ts';

it.each([
  ['usd', 0, '$0.0000'],
  ['usd', 1, '$1.0000'],
  ['usd', 0.011, '$0.0110'],
  ['usd', 0.000_012_5, '$0.000013'],
  ['usd', 1e-12, '$0.000000000'],
  ['usd', -0.5, '$-0.5000'],
  ['outputTokens', 7, '7 output tokens'],
])('an amount of %s, %d, is told as %s', (unit, amount, told) => {
  expect(amountOf(unit, amount)).toBe(told);
});
