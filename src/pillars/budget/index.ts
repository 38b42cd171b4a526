export { callsMade, modelCallCount, toolCallCount } from './call-counts.ts';
export { deadline, deadlineExceeded } from './deadline.ts';
export { type RunBudgetParts, runBudget } from './run-budget.ts';
export { committed, remaining, spending } from './spending.ts';
export { workedUntil, workingTime } from './working-time.ts';
