import { describe, expect, it } from 'vitest';
import { DEFAULT_BUDGET } from '../../../contract/budget.ts';
import { lowerBudget } from './lower-budget.ts';

const limits = { ...DEFAULT_BUDGET, usd: 1 };

describe('the budget of a run', () => {
  it('is its definition’s when nothing is asked', () => {
    expect(lowerBudget(limits, {})).toEqual(limits);
  });

  it('is lowered where less is asked', () => {
    expect(
      lowerBudget(limits, { usd: 0.5, tokens: 10, modelCalls: 1, toolCallsPerTurn: 2, time: '1.5s' }),
    ).toEqual({ usd: 0.5, tokens: 10, modelCalls: 1, toolCallsPerTurn: 2, time: 1_500 });
  });

  it('is never raised', () => {
    const more = { usd: 2, tokens: 1e9, modelCalls: 1e9, toolCallsPerTurn: 1e9, time: '1000d' as const };
    expect(lowerBudget(limits, more)).toEqual(limits);
  });

  it('gets a limit in dollars where the definition has none', () => {
    expect(lowerBudget(DEFAULT_BUDGET, { usd: 3 }).usd).toBe(3);
    expect(lowerBudget(DEFAULT_BUDGET, {}).usd).toBeNull();
  });
});
