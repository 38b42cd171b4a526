import type { ClaimedRun, InboxMessage } from '../../foundation/queue/index.ts';
import type { DataKey } from '../../foundation/vault/index.ts';
import { intake } from './inbox-intake.ts';
import type { RunJournal } from './run-journal.ts';
import { runState } from './run-state.ts';
import type { ExecutorServices } from './services.ts';

/** Brings what was filed for a run into its journal, one after the other: the same message may be read twice before it is there. */
export class TakeIn {
  readonly #run: ClaimedRun;
  readonly #journal: RunJournal;
  readonly #key: DataKey;
  readonly #services: ExecutorServices;
  #last: Promise<void> = Promise.resolve();

  constructor(run: ClaimedRun, journal: RunJournal, key: DataKey, services: ExecutorServices) {
    this.#run = run;
    this.#journal = journal;
    this.#key = key;
    this.#services = services;
  }

  /** @param over whether the run is in other hands by now */
  messages(messages: readonly InboxMessage[], over: () => boolean): Promise<void> {
    // A message that could not be taken in is read again; those that come later must not fail with it.
    this.#last = this.#last
      .catch(() => {})
      .then(async () => {
        for (const message of messages) {
          if (over() || message.number <= this.#journal.views.of(runState).seen) continue;
          this.#journal.record(await intake(message, this.#run, this.#key, this.#services));
        }
      });
    return this.#last;
  }
}
