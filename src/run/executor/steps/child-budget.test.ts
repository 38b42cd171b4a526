import { describe, expect, it } from 'vitest';
import { DEFAULT_BUDGET } from '../../../contract/budget.ts';
import { allowanceOf, childBudget, isTooLittle } from './child-budget.ts';

const own = DEFAULT_BUDGET;
const left = { usd: 0.9, tokens: 30_000, modelCalls: 20, toolCalls: 7 };
const parent = { ...DEFAULT_BUDGET, usd: 1, toolCalls: 10, time: 60_000 };
const budgetOf = (asked = {}, children = 1, changes = {}) =>
  childBudget({ budget: { ...own, ...changes } }, asked, { left, parent, children });

describe('the budget of a child', () => {
  it('is all that is left, when it starts alone, and no more than its own definition allows', () => {
    expect(budgetOf()).toEqual({
      ...own,
      usd: 0.9,
      tokens: 30_000,
      modelCalls: 20,
      toolCalls: 7,
      time: 60_000,
    });
    expect(budgetOf({}, 1, { tokens: 2_000, usd: 0.1, toolCalls: 3 })).toMatchObject({
      tokens: 2_000,
      usd: 0.1,
      toolCalls: 3,
    });
  });

  it('is an equal part among those that start together', () => {
    expect(budgetOf({}, 3)).toMatchObject({ tokens: 10_000, modelCalls: 6, toolCalls: 2 });
    expect(budgetOf({}, 3).usd).toBeCloseTo(0.3, 12);
  });

  it('is no part that is too small to be useful: the others wait', () => {
    const budget = budgetOf({}, 20);
    expect(budget).toMatchObject({ tokens: 5_000, modelCalls: 5 });
    expect(isTooLittle(budget, own, {})).toBe(false);
    expect(isTooLittle({ ...budget, tokens: 4_999 }, own, {})).toBe(true);
    expect(isTooLittle({ ...budget, tokens: 4_999 }, own, { tokens: 6_000 })).toBe(false);
    expect(isTooLittle({ ...budget, tokens: 300 }, { ...own, tokens: 300 }, {})).toBe(false);
    expect(isTooLittle({ ...budget, modelCalls: 0 }, own, { tokens: 6_000 })).toBe(true);
  });

  it('is what its caller says, limit by limit, where that much is left', () => {
    expect(budgetOf({ tokens: 20_000, usd: 5 }, 2)).toMatchObject({
      tokens: 20_000,
      usd: 0.9,
      modelCalls: 10,
    });
  });

  it('sets aside of the parent’s what is a sum there', () => {
    const budget = budgetOf({}, 1, { inputTokens: 900 });
    expect(allowanceOf(budget, parent)).toEqual({ usd: 0.9, tokens: 30_000, modelCalls: 20, toolCalls: 7 });
  });
});
