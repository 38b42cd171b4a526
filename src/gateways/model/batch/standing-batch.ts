import type { Entry, EntryMeta } from '../../../contract/entry.ts';

/** The attempt of a step that waits in a batch. */
export type StandingBatch = Extract<EntryMeta, { kind: 'model.batched' }>;

/** What the journal says of a step and batches. A step goes into a batch once: what that does not answer is asked. */
export function batchesOfStep(entries: readonly Entry[]): {
  standing: StandingBatch | undefined;
  used: boolean;
} {
  let standing: StandingBatch | undefined;
  let used = false;
  for (const { meta } of entries) {
    if (meta.kind === 'model.batched') {
      standing = meta;
      used = true;
    }
    if (meta.kind === 'model.attempted' && meta.attempt === standing?.attempt) standing = undefined;
  }
  return { standing, used };
}
