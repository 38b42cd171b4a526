import type { EntryMeta } from '../../../src/contract/entry.ts';
import type { Death } from './killer.ts';

/** How long runs of dead workers lay, ms: from the death to the first word of the next owner. */
export type TakeOvers = {
  /** While the database was up. */
  calm: number[];
  /** While the database died as well, before or after the worker: it has to come back first. */
  withDatabase: number[];
};

type Stamped = EntryMeta & { at: number };

/** A database that died less than this before the worker is not yet forgotten: others must have time to renew, ms. */
const AFTERMATH = 5_000;

/** Reads from journals how long each takeover took. */
export function takeOvers(journals: readonly EntryMeta[][], deaths: readonly Death[]): TakeOvers {
  const found: TakeOvers = { calm: [], withDatabase: [] };
  for (const journal of journals as Stamped[][]) {
    let owner: string | undefined;
    for (const [index, meta] of journal.entries()) {
      if (meta.kind !== 'run.claimed') continue;
      const death = deaths.find(({ worker }) => worker !== undefined && worker === owner);
      owner = meta.worker;
      // A run that had been let go before was nobody's when its last owner died.
      const before = journal[index - 1]?.kind;
      if (death === undefined || before === 'run.waiting' || before === 'run.interrupted') continue;
      const away = deaths.some(
        ({ database, at }) => database === true && at > death.at - AFTERMATH && at < meta.at,
      );
      found[away ? 'withDatabase' : 'calm'].push(meta.at - death.at);
    }
  }
  return found;
}

/**
 * @returns 0 for no values
 * @example
 * percentile([5, 1, 3], 50); // 3
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
