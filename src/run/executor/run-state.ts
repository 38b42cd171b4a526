import type { EntryMeta } from '../../contract/entry.ts';
import { isTerminal, type RunStatus } from '../../contract/run.ts';
import type { JournalView } from '../../contract/view.ts';
import type { RunSums } from '../../foundation/journal/index.ts';

type Terminal = Extract<
  EntryMeta,
  { kind: 'run.succeeded' | 'run.failed' | 'run.cancelled' | 'run.continued' }
> & {
  at: number;
};

export type RunState = {
  /** The highest inbox number that the journal holds. */
  seen: number;
  cancelled: boolean;
  /** How the run ended, if it did. */
  terminal: Terminal | undefined;
  /** Its budget was spent, and it answered once more. */
  partial: boolean;
  /** Calls of its children too; what it spent is the budget's to say. */
  sums: Pick<RunSums, 'modelCalls' | 'toolCalls'>;
  /** Reviews that were asked for and not decided. */
  openReviews: Set<string>;
  /** Children that were started and did not end, by step key. */
  openChildren: Map<string, string>;
};

/** What the executor and the run's row need to know of a journal. */
export const runState: JournalView<RunState> = {
  name: 'run-state',
  initial: () => ({
    seen: 0,
    cancelled: false,
    terminal: undefined,
    partial: false,
    sums: { modelCalls: 0, toolCalls: 0 },
    openReviews: new Set(),
    openChildren: new Map(),
  }),
  apply(state, { meta }) {
    if ('inbox' in meta && meta.inbox !== undefined) state.seen = Math.max(state.seen, meta.inbox);
    switch (meta.kind) {
      case 'cancel.requested':
        state.cancelled = true;
        break;
      case 'run.succeeded':
      case 'run.failed':
      case 'run.cancelled':
      case 'run.continued':
        state.terminal = meta;
        break;
      case 'model.completed':
        if (meta.lastTurn && meta.outcome === 'ok') state.partial = true;
        state.sums.modelCalls += 1;
        break;
      case 'child.started':
        state.openChildren.set(meta.key, meta.child);
        break;
      case 'child.completed':
        state.openChildren.delete(meta.key);
        state.sums.modelCalls += meta.modelCalls ?? 0;
        state.sums.toolCalls += meta.toolCalls ?? 0;
        break;
      case 'tool.requested':
        // Undoing a call is none.
        if (meta.compensates === undefined) state.sums.toolCalls += 1;
        break;
      case 'review.requested':
        state.openReviews.add(meta.review);
        break;
      case 'review.decided':
        state.openReviews.delete(meta.review);
        break;
      default:
    }
  },
};

export function keyOf(meta: EntryMeta): string | undefined {
  return 'key' in meta ? meta.key : undefined;
}

/** The row's status that a terminal entry stands for. */
export function terminalStatus(meta: {
  kind: string;
}): Extract<RunStatus, 'succeeded' | 'failed' | 'cancelled'> {
  // This run has done its part; what goes on is another.
  if (meta.kind === 'run.continued') return 'succeeded';
  const status = meta.kind.slice('run.'.length) as RunStatus;
  return isTerminal(status) ? status : 'failed';
}
