import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { FrameRow } from '../../foundation/journal/index.ts';
import {
  type ClaimedRun,
  claimRuns,
  handBackForgotten,
  readOwnedJournals,
} from '../../foundation/queue/index.ts';
import { isConnectionLost } from '../../foundation/store/index.ts';
import type { Lease } from './lease.ts';
import type { LiveRuns } from './live-runs.ts';

/** One place in so many is kept beyond a worker's capacity, for tenants that have nothing under way there. */
const RESERVE = 10;
/** A full worker looks for such tenants no more often than this, ms. */
const PAUSE_WHEN_FULL = 25;

export type ClaimerParts = {
  pool: pg.Pool;
  capacity: number;
  live: LiveRuns;
  /** Undefined while the worker may not claim. */
  lease: () => Lease | undefined;
  /** Whether runs of the lane `batch` may start now. */
  batchMayStart: () => boolean;
  take: (run: ClaimedRun, frames: readonly FrameRow[], lease: Lease) => void;
  /** A claimed run whose journal the database cannot give. */
  unreadable: (run: ClaimedRun, lease: Lease, error: unknown) => void;
  /** A claim took all that there was room for: more may be ready, for others. */
  filled: () => void;
};

/** Claims as long as there is room and something is ready; one claim at a time. */
export class Claimer {
  readonly #parts: ClaimerParts;
  readonly #reserve: number;
  #claiming: Promise<void> | undefined;
  #again = false;
  /** The rows may name runs as this worker's that it does not know of. */
  #doubtful = false;
  /** The last claim had no room for all, or nobody knows what it would have found. */
  #mayBeMore = true;

  constructor(parts: ClaimerParts) {
    this.#parts = parts;
    this.#reserve = Math.ceil(parts.capacity / RESERVE);
  }

  /** Something may be ready, or room has come. What the same turn of the event loop asks for is one claim. */
  claim(): void {
    this.#again = true;
    this.#claiming ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#claimAll())
      .finally(() => {
        this.#claiming = undefined;
      });
  }

  /** Room has come, and nothing else has: where the last claim had room to spare there is nothing to be had. */
  fill(): void {
    if (this.#mayBeMore || this.#claiming !== undefined) this.claim();
  }

  /** The answer to a claim, or to handing runs back, may have been lost: the next claim asks for such runs first. */
  doubt(): void {
    this.#doubtful = true;
  }

  /** Resolves when no claim is under way. */
  async quiet(): Promise<void> {
    await this.#claiming;
  }

  async #claimAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const lease = this.#parts.lease();
      if (lease === undefined) return;
      const { pool, live, capacity } = this.#parts;
      if (this.#doubtful) {
        // Between two claims: what a claim is about to tell would be taken for forgotten.
        this.#doubtful = false;
        await handBackForgotten(pool, lease.owner, (run) => live.has(run)).catch(() => {});
      }
      if (live.size >= capacity) await sleep(PAUSE_WHEN_FULL, undefined, { ref: false });
      const room = Math.max(0, capacity - live.size);
      const reserve = Math.min(this.#reserve, capacity + this.#reserve - live.size);
      this.#mayBeMore = true;
      if (room + reserve <= 0) return;
      if ((await this.#claimOnce(lease, room, reserve)) > 0) this.#again = true;
    }
  }

  /** Returns how many runs were taken. */
  async #claimOnce(lease: Lease, room: number, reserve: number): Promise<number> {
    const { pool, live, batchMayStart, take } = this.#parts;
    try {
      const request = { room, reserve, busy: live.busy, batch: batchMayStart() };
      const claimed = await claimRuns(pool, lease.owner, request);
      const journals = await this.#read(lease, claimed);
      // Runs of a lease that was lost meanwhile are freed with it.
      if (lease !== this.#parts.lease()) return 0;
      this.#mayBeMore = room <= 0 || claimed.length > 0;
      for (const run of claimed) {
        const frames = journals.get(run.facts.id);
        if (frames !== undefined) take(run, frames, lease);
      }
      if (room > 0 && claimed.length >= room) this.#parts.filled();
      return claimed.length;
    } catch {
      // Either nothing was claimed, or the rows say so and nobody here knows.
      this.doubt();
      return 0;
    }
  }

  /** All at once; one that cannot be read must not keep the others from being begun. */
  async #read(lease: Lease, claimed: readonly ClaimedRun[]): Promise<Map<string, FrameRow[]>> {
    const { pool, unreadable } = this.#parts;
    try {
      return await readOwnedJournals(pool, lease.owner, claimed);
    } catch (error) {
      if (claimed.length === 0 || isConnectionLost(error)) throw error;
      const journals = new Map<string, FrameRow[]>();
      for (const run of claimed) {
        const read = readOwnedJournals(pool, lease.owner, [run]);
        await read.then(
          (found) => {
            for (const [id, frames] of found) journals.set(id, frames);
          },
          (failure: unknown) => unreadable(run, lease, failure),
        );
      }
      return journals;
    }
  }
}
