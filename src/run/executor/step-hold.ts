import type { Step } from '../../contract/step.ts';
import type { DataKey } from '../../foundation/vault/index.ts';
import type { RunJournal } from './run-journal.ts';

/** A step's hold on the journal of its run. */
export function stepHold(
  key: string,
  run: { journal: RunJournal; key: DataKey; now: () => number },
  suspend: Step['suspend'],
): Step {
  const { journal } = run;
  /** A call's input is asked for when it is requested and when it starts. */
  let hashed: { value: unknown; hash: string } | undefined;
  return {
    key,
    entries: journal.of(key),
    views: journal.views,
    now: run.now,
    record: (entry) => journal.record(entry),
    durable: () => journal.durable(),
    changed: () => journal.changed(),
    keyedHash(value) {
      if (hashed === undefined || hashed.value !== value) hashed = { value, hash: run.key.keyedHash(value) };
      return hashed.hash;
    },
    suspend,
  };
}
