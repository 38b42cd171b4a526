export { embeddingBudget } from './embedding-budget.ts';
export { clearSpendLimit, listBudgets, type ShownBudget, setSpendLimit } from './manage-limits.ts';
export { createReclaim } from './reclaim-slices.ts';
export { createSlices } from './slices.ts';
export { SpendLedger } from './spend-ledger.ts';
export { createSpendLimits, loadSpendLimits, type SpendLimits } from './spend-limits.ts';
export { type TenantBudgetParts, tenantModelBudget, tenantToolBudget } from './tenant-budget.ts';
export { warnOfBudget } from './warn-of-budget.ts';
