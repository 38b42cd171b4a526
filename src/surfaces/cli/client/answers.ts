import type { EntryBody, EntryMeta } from '../../../contract/entry.ts';
import type { HoldScope } from '../../../contract/retention.ts';
import type { Run } from '../../api/schemas/run.ts';

export type { Agent } from '../../api/schemas/agent.ts';
export type { TenantBudget, TenantBudgetRequest } from '../../api/schemas/budget.ts';
export type { Bundle } from '../../api/schemas/bundle.ts';
export type { ShownCaches } from '../../api/schemas/cache.ts';
export type { Limit } from '../../api/schemas/limit.ts';
export type { Provider } from '../../api/schemas/provider.ts';
export type { Review } from '../../api/schemas/review.ts';
export type { ShownRoute } from '../../api/schemas/route.ts';
export type { Run } from '../../api/schemas/run.ts';
export type { RunSubmission } from '../../api/schemas/run-submission.ts';
export type {
  ScheduleChange,
  ScheduleRequest,
  ShownSchedule as Schedule,
} from '../../api/schemas/schedule.ts';

export type { Usage } from '../../api/schemas/usage.ts';

export type KillSwitch = { id: string; target: string; reason: string; setBy: string; setAt: string };

export type Hold = {
  id: string;
  scope: HoldScope;
  target: string;
  reason: string;
  setBy: string;
  setAt: string;
  releasedBy: string | null;
  releasedAt: string | null;
};

/** An entry of a run's journal, as the API shows it. */
export type RunEntry = EntryMeta & { at: number; content?: EntryBody };

/** An entry with its place in the journal. */
export type PlacedEntry = RunEntry & { frame: number; index: number };

/** What a reader of a run's events gets. */
export type RunEvent =
  | { event: 'entry'; id: string; entry: RunEntry }
  | { event: 'delta'; key: string; attempt: number; text: string }
  /** It ended, and goes on as the run `continuedAs`, whose events follow. */
  | { event: 'continued'; run: Run }
  | { event: 'end'; run: Run };
