import type pg from 'pg';
import { type FrameRow, readStreams } from '../journal/index.ts';
import type { ClaimedRun } from './run-row.ts';

/**
 * The journals of runs whose rows still name this owner. Rows and frames are seen at one moment: who was declared
 * dead between its claim and its reading would otherwise read what the next owner wrote, and write behind it.
 *
 * @returns by run, its frames in order; a run that belongs to somebody else by now is absent
 */
export async function readOwnedJournals(
  pool: pg.Pool,
  owner: { worker: string; epoch: number },
  runs: readonly ClaimedRun[],
): Promise<Map<string, FrameRow[]>> {
  const journals = new Map<string, FrameRow[]>();
  for (const [retention, ofClass] of Map.groupBy(runs, (run) => run.class)) {
    const ids = ofClass.map(({ facts }) => facts.id);
    for (const [id, frames] of await readStreams(pool, retention, ids, owner)) journals.set(id, frames);
  }
  return journals;
}
