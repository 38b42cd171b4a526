import type { JournalView } from '../../contract/view.ts';

/** By batch: the step keys of its calls that hold up the others no more. */
export type Batches = { resolved: Map<string, Set<string>>; batchOf: Map<string, string> };

/** A call is resolved when no person is asked about it, when a person decided, and when it is over. */
export const batches: JournalView<Batches> = {
  name: 'batches',
  initial: () => ({ resolved: new Map(), batchOf: new Map() }),
  apply({ resolved, batchOf }, { meta }) {
    switch (meta.kind) {
      case 'tool.requested':
        if (meta.batch !== undefined) batchOf.set(meta.key, meta.batch.id);
        return;
      case 'review.decided':
        if (meta.reviewKind !== 'approval') return;
        break;
      case 'tool.cleared':
      case 'tool.started':
      case 'tool.completed':
        break;
      default:
        return;
    }
    const batch = batchOf.get(meta.key);
    if (batch === undefined) return;
    const keys = resolved.get(batch) ?? new Set();
    resolved.set(batch, keys.add(meta.key));
  },
};
