import { completesStep, type Entry, type NewEntry } from '../../contract/entry.ts';
import { ViewSet } from '../../contract/view.ts';
import { type RunSums, runLost, type Settlement, type StreamWriter } from '../../foundation/journal/index.ts';
import { runUsage, spending } from '../../pillars/budget/index.ts';
import { keyOf, runState } from './run-state.ts';

/** A run's journal as its owner holds it: what is written, what is on its way, and what follows from both. */
export class RunJournal {
  readonly views: ViewSet;
  readonly #writer: StreamWriter;
  readonly #entries: Entry[];
  readonly #steps = new Map<string, Entry[]>();
  /** Keys of the steps that ended under this owner, in the order in which they did. */
  readonly ended: string[] = [];
  /** Who waits for the next entry. */
  #next: PromiseWithResolvers<void> | undefined;
  #closed = false;
  #lost = false;

  constructor(writer: StreamWriter, entries: readonly Entry[]) {
    this.#writer = writer;
    this.#entries = [...entries];
    this.views = new ViewSet(this.#entries);
    for (const entry of this.#entries) this.#index(entry);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Entries of one step, oldest first; the list grows with the journal. */
  of(key: string): readonly Entry[] {
    let entries = this.#steps.get(key);
    if (entries === undefined) {
      entries = [];
      this.#steps.set(key, entries);
    }
    return entries;
  }

  record(entry: NewEntry): void {
    if (this.#closed) return;
    const stamped = this.#writer.append(entry);
    this.#entries.push(stamped);
    this.#index(stamped);
    if (completesStep(stamped.meta)) this.ended.push(stamped.meta.key);
    this.#next?.resolve();
    this.#next = undefined;
  }

  /** Resolves with the next entry. */
  changed(): Promise<void> {
    this.#next ??= Promise.withResolvers();
    return this.#next.promise;
  }

  /** Resolves when all that was recorded is on disk; never settles once the journal is closed. */
  durable(): Promise<void> {
    return this.#closed ? new Promise(() => {}) : this.#writer.durable();
  }

  /**
   * Writes the last entries of this ownership together with the run's row, and closes. `seen` may be lower
   * than what the journal holds, when somebody has yet to look at it.
   *
   * @throws BulkheadError `run_lost`, also when the journal is closed: a row must not tell of an end that no entry tells of
   */
  async settle(
    settlement: Omit<Settlement, 'seen' | 'sums' | 'usage'> & { seen?: number },
  ): Promise<string | undefined> {
    if (this.#closed) throw runLost(this.#writer.id);
    const { seen, sums } = this.views.of(runState);
    const { usd, inputTokens, outputTokens } = this.views.of(spending).spent;
    const usage = [...this.views.of(runUsage).sums.values()];
    const settled = this.#writer.settle({
      seen,
      ...settlement,
      sums: { ...sums, inputTokens, outputTokens, usd } satisfies RunSums,
      ...(usage.length === 0 ? {} : { usage }),
    });
    this.#closed = true;
    return settled;
  }

  /** Nothing is recorded any more. What was recorded before may still reach the disk. */
  close(lost = false): void {
    this.#closed = true;
    this.#lost = lost;
  }

  /** The run has another owner: what this one still learns is evidence at best. */
  get lost(): boolean {
    return this.#lost;
  }

  #index(entry: Entry): void {
    const key = keyOf(entry.meta);
    if (key === undefined) return;
    const entries = this.#steps.get(key);
    if (entries === undefined) this.#steps.set(key, [entry]);
    else entries.push(entry);
  }
}
