import type { EntryMeta } from '../../src/contract/entry.ts';

/**
 * What a person was asked about although it was known: as sentences. Nobody can know how a call ended only where
 * its owner or its code host ended in between.
 */
export function needlessQuestions(journal: readonly EntryMeta[]): string[] {
  return journal.flatMap((meta, index) => {
    if (meta.kind !== 'review.requested' || meta.reviewKind !== 'unknown-outcome') return [];
    const before = journal.slice(0, index);
    const started = before.findLastIndex((entry) => entry.kind === 'tool.started' && entry.key === meta.key);
    const cut = before
      .slice(started)
      .some(({ kind }) => kind === 'run.claimed' || kind === 'run.interrupted');
    if (cut && started >= 0) return [];
    const story = journal.slice(Math.max(0, started), index + 2).map(({ kind }) => kind);
    return [`a person was asked about ${meta.key}, which nothing had cut off: ${story.join(', ')}`];
  });
}
