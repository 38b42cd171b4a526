import type pg from 'pg';
import { expect } from 'vitest';
import { completesStep, type EntryMeta } from '../../src/contract/entry.ts';
import { readStreams, verifyChain } from '../../src/foundation/journal/index.ts';

/** A run's facts as they stand in the database, after a check that its frames are one unbroken chain. */
export async function readJournal(owner: pg.Pool, run: string): Promise<EntryMeta[]> {
  const frames = (await readStreams(owner, 'standard', [run])).get(run) ?? [];
  verifyChain(frames);
  return frames.flatMap(({ meta }) => JSON.parse(meta) as EntryMeta[]);
}

/** Each step that was begun ended once, and what was repeated was repeated under the same key. */
export function checkSteps(journal: readonly EntryMeta[]): void {
  expect(stepFaults(journal)).toEqual([]);
}

/** What contradicts that, as sentences. */
export function stepFaults(journal: readonly EntryMeta[]): string[] {
  const begun = new Set<string>();
  const completions = new Map<string, number>();
  const idempotencyKeys = new Map<string, Set<string>>();
  for (const meta of journal) {
    if (completesStep(meta)) completions.set(meta.key, (completions.get(meta.key) ?? 0) + 1);
    if (meta.kind === 'tool.requested' || meta.kind === 'timer.set' || meta.kind === 'child.started') {
      begun.add(meta.key);
    }
    if (meta.kind === 'tool.started') {
      const keys = idempotencyKeys.get(meta.key) ?? new Set();
      idempotencyKeys.set(meta.key, keys.add(meta.idempotencyKey));
    }
  }
  return [
    ...[...completions].flatMap(([key, times]) => (times === 1 ? [] : `${key} ended ${times} times`)),
    ...[...begun].flatMap((key) => (completions.has(key) ? [] : `${key} never ended`)),
    ...[...idempotencyKeys].flatMap(([key, keys]) =>
      keys.size === 1 ? [] : `${key} was called under ${keys.size} keys`,
    ),
  ];
}

/** Ids of the workers' ownerships, oldest first. */
export function owners(journal: readonly EntryMeta[]): string[] {
  return journal.flatMap((meta) => (meta.kind === 'run.claimed' ? [`${meta.worker}/${meta.epoch}`] : []));
}
