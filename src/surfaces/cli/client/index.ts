export type {
  Agent,
  Bundle,
  KillSwitch,
  PlacedEntry,
  Review,
  Run,
  RunEntry,
  RunEvent,
  RunSubmission,
  Schedule,
  ScheduleRequest,
  ShownRoute,
  TenantBudget,
} from './answers.ts';
export { ApiClient } from './api-client.ts';
export { findConnection } from './connection.ts';
export { followRun } from './follow-run.ts';
