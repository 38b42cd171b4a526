import type { KnownPartition } from './known-partitions.ts';
import type { Standing } from './standing.ts';

/** Why a partition stays, and how many runs are the reason. */
export type KeepReason = {
  reason:
    | 'kept-for-ever'
    | 'rest'
    | 'not-finished'
    | 'held'
    | 'not-expired'
    | 'parent-not-finished'
    | 'answer-pending'
    | 'unknown-runs'
    | 'period-not-over';
  /** Runs; absent where the reason is the partition itself. */
  count?: number;
};

/** All that keeps a partition; empty when it may be dropped. A partition that was closed is decided already. */
export function reasonsToKeep(known: KnownPartition, standing: Standing, orphans: number): KeepReason[] {
  if (known.kept === 'for ever') return [{ reason: 'kept-for-ever' }];
  if (known.closed) return [];
  const counted: KeepReason[] = [
    { reason: 'not-finished', count: standing.runs - standing.terminal },
    { reason: 'held', count: standing.held },
    { reason: 'not-expired', count: standing.terminal - standing.expired },
    { reason: 'parent-not-finished', count: standing.awaited },
    { reason: 'answer-pending', count: standing.untold },
    // Frames whose run is not known: nobody can say that it ended.
    { reason: 'unknown-runs', count: orphans },
  ];
  const reasons = counted.filter(({ count }) => count !== 0);
  if (known.kept === 'rest') return [{ reason: 'rest' }, ...reasons];
  return known.passed ? reasons : [...reasons, { reason: 'period-not-over' }];
}
