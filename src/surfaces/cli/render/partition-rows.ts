import type { KeepReason, PartitionPlan } from '../../../foundation/queue/retention/index.ts';
import { showTable } from './table.ts';

const WORDS: Record<KeepReason['reason'], string> = {
  'kept-for-ever': 'kept for ever',
  rest: 'the rest is never dropped',
  'not-finished': 'not finished',
  held: 'held',
  'not-expired': 'not expired',
  'parent-not-finished': 'with a parent that has not finished',
  'answer-pending': 'whose end is not told yet',
  'unknown-runs': 'with frames but unknown',
  'period-not-over': 'young runs may still belong to it',
};

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size as people read it: `12 MB`, in thousands. */
export function showSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${Math.round(bytes / 1_000 ** power)} ${UNITS[power]}`;
}

/** Partitions and their verdicts, those that go first. */
export function showPartitions(partitions: readonly PartitionPlan[], columns: number | undefined): string {
  const goFirst = [...partitions].sort(
    (one, other) => Number(one.verdict === 'keep') - Number(other.verdict === 'keep'),
  );
  return showTable(
    ['PARTITION', 'RUNS', 'FRAMES', 'SIZE', 'VERDICT', 'WHY'],
    goFirst.map(({ partition, runs, frames, bytes, verdict, reasons }) => [
      partition,
      String(runs),
      String(frames),
      showSize(bytes),
      verdict,
      reasons
        .map(({ reason, count }) => `${count === undefined ? '' : `${count} `}${WORDS[reason]}`)
        .join(', '),
    ]),
    columns,
  );
}
