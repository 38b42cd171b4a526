import type { TenantBudgetParts } from '../../src/pillars/budget/spend/index.ts';

/** No tenant has a budget. */
export const noSpendLimits: Pick<TenantBudgetParts, 'limits' | 'ledger'> = {
  limits: { of: async () => [] },
  ledger: { hold: async () => ({ held: true, settle: () => {} }), giveBack: () => {} },
};
