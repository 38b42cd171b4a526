import type pg from 'pg';
import { isConnectionLost } from '../store/index.ts';
import type { KeyRing } from '../vault/index.ts';
import { type CreatedRun, createRuns, type NewRun } from './create-run.ts';

/** Two: one statement waits for the disk while the next is filled. */
const STATEMENTS_IN_FLIGHT = 2;
/** Runs in one statement at most: bounds its size. */
const RUNS_IN_STATEMENT = 200;

/** A run under a given id: what is asked for again, after an answer that was lost, is the same run. */
export type NamedRun = NewRun & { id: string };
type Waiting = { run: NamedRun; resolve: (created: CreatedRun) => void; reject: (error: unknown) => void };

/**
 * Makes runs in groups: those that are asked for while others are on their way to the disk travel together. For
 * callers whose connection sees every tenant.
 *
 * @example
 * const creator = new RunCreator({ pool, keys, ring: doorbell.ring });
 * await creator.create({ ...run, id: uuidv7() });
 */
export class RunCreator {
  readonly #pool: pg.Pool;
  readonly #keys: KeyRing;
  readonly #ring: () => void;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #scheduled = false;

  constructor(options: { pool: pg.Pool; keys: KeyRing; ring: () => void }) {
    this.#pool = options.pool;
    this.#keys = options.keys;
    this.#ring = options.ring;
  }

  /** Resolves when the run is durable; the doorbell has been rung by then. */
  create(run: NamedRun): Promise<CreatedRun> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#pump();
      });
    });
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#inFlight < STATEMENTS_IN_FLIGHT) {
      const group = this.#waiting.splice(0, RUNS_IN_STATEMENT);
      this.#inFlight += 1;
      void this.#createAll(group).finally(() => {
        this.#inFlight -= 1;
        this.#pump();
      });
    }
  }

  async #createAll(group: readonly Waiting[]): Promise<void> {
    try {
      const created = await createRuns(
        this.#pool,
        this.#keys,
        group.map(({ run }) => run),
      );
      this.#ring();
      for (const [index, answer] of created.entries()) group[index]?.resolve(answer);
    } catch (error) {
      if (group.length === 1 || isConnectionLost(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      // One that the database refuses must not take the others with it.
      for (const waiting of group) await this.#createAll([waiting]);
    }
  }
}
