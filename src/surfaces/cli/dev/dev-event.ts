import type { ReviewKind } from '../../../contract/review.ts';
import type { Bundle, Run, RunEntry, RunSubmission } from '../client/index.ts';
import type { Problem } from '../failure.ts';

/** A person who is asked by a run that `dev` shows. */
export type WaitingReview = { task: number; run: string; review: string; kind: ReviewKind };

/** What happens while `bulkhead dev` is up; with `--json` each is a line. */
export type DevEvent =
  | { event: 'started'; url: string; home: string; model: string; because: string }
  /** A process before this one died: its database was still up, or its runs were under way. */
  | { event: 'resumed'; adopted: boolean; runs: number }
  | { event: 'service.started'; service: string }
  | { event: 'service.output'; service: string; line: string }
  | { event: 'service.ended'; service: string; code: number }
  | { event: 'log'; level: 'info' | 'warn' | 'error'; message: string }
  | ({ event: 'deployed'; first: boolean } & Bundle)
  /** What was saved is wrong; `standing` is the version that new runs still take. */
  | { event: 'deploy.failed'; problem: Problem; standing: string | null }
  | { event: 'watch.failed'; reason: string }
  | { event: 'tasks.skipped'; tasks: number }
  | { event: 'task.submitted'; task: number; run: Run }
  | { event: 'task.refused'; task: number; submission: RunSubmission; problem: Problem }
  | { event: 'task.lost'; task: number; problem: Problem }
  | { event: 'task.entry'; task: number; run: string; entry: RunEntry }
  | { event: 'task.ended'; task: number; run: Run }
  /** Seconds from the start of the process. */
  | { event: 'first.finished'; seconds: number }
  /** Every task has ended or waits for a person. */
  | {
      event: 'settled';
      succeeded: number;
      ended: number;
      waiting: WaitingReview[];
      example: RunSubmission | null;
    }
  | { event: 'stopping' }
  | { event: 'stopped' };

/** Shows an event to whoever started `dev`. */
export type Show = (event: DevEvent) => void;
