export { callsMade, modelCallCount, toolCallCount, toolCallsOfTurn } from './call-counts.ts';
export { deadline, deadlineExceeded } from './deadline.ts';
export { beforeLastTurn } from './last-turn.ts';
export { type RunBudgetParts, runBudget } from './run-budget.ts';
export { committed, type Left, remaining, spending } from './spending.ts';
export { toolBudget } from './tool-budget.ts';
export { runUsage } from './usage/run-usage.ts';
export { workedUntil, workingTime } from './working-time.ts';
