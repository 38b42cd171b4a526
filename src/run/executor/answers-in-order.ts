import type { Settled } from '../protocol.ts';
import type { RunJournal } from './run-journal.ts';

/**
 * Tells the code how its steps ended in the order in which the journal says that they did: it is the order in
 * which the next owner will tell them.
 */
export class AnswersInOrder {
  readonly #journal: Pick<RunJournal, 'ended'>;
  readonly #tell: (key: string, settled: Settled) => void;
  /** Answers whose turn has not come; undefined where the code knows already. */
  readonly #answers = new Map<string, Settled | undefined>();
  #next = 0;

  constructor(journal: Pick<RunJournal, 'ended'>, tell: (key: string, settled: Settled) => void) {
    this.#journal = journal;
    this.#tell = tell;
  }

  /** What the journal holds by now the code is told by its replay. */
  replayed(): void {
    this.#next = this.#journal.ended.length;
  }

  /** A step is over, and so is its entry. */
  add(key: string, settled: Settled | undefined): void {
    const { ended } = this.#journal;
    // What the journal does not tell of has no place in its order.
    if (!ended.includes(key, this.#next)) {
      if (settled !== undefined) this.#tell(key, settled);
      return;
    }
    this.#answers.set(key, settled);
    for (; this.#next < ended.length; this.#next += 1) {
      const turn = ended[this.#next] ?? '';
      if (!this.#answers.has(turn)) return;
      const answer = this.#answers.get(turn);
      this.#answers.delete(turn);
      if (answer !== undefined) this.#tell(turn, answer);
    }
  }
}
