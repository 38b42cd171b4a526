import type { Clock } from '../../contract/clock.ts';
import type { Entry, NewEntry } from '../../contract/entry.ts';
import type { Birth } from './birth.ts';
import type { Stream } from './frame.ts';
import type { Settlement } from './settlement.ts';

export type OpenStream = {
  stream: Stream;
  /** Of the owner; 0 for a creator. */
  epoch: number;
  /** The number of the next frame, and the hash of the last one. */
  next: number;
  head: Buffer;
  /** Whom to tell when a run ends. */
  parent?: string;
  /** Of a run that is made together with the next frame. */
  birth?: Birth;
  /** Another owner wrote first. Called once; every waiter is rejected too. */
  onLost?: (error: Error) => void;
};

type Waiter = { resolve: (status: string | undefined) => void; reject: (error: Error) => void };

/** What travels in one frame. */
export type PendingFrame = { entries: Entry[]; waiters: Waiter[]; settlement?: Settlement };

/** One stream's end: collects entries into the next frame while the one before is on its way. */
export class StreamWriter {
  readonly stream: Stream;
  readonly parent: string | undefined;
  readonly #clock: Clock;
  readonly #epoch: number;
  readonly #enqueue: (stream: StreamWriter) => void;
  readonly #onLost: ((error: Error) => void) | undefined;
  #next: number;
  #head: Buffer;
  #pending: PendingFrame = { entries: [], waiters: [] };
  #inFlight: PendingFrame | undefined;
  #lost: Error | undefined;
  #birth: Birth | undefined;

  constructor(open: OpenStream, clock: Clock, enqueue: (stream: StreamWriter) => void) {
    this.stream = open.stream;
    this.parent = open.parent;
    this.#clock = clock;
    this.#epoch = open.epoch;
    this.#next = open.next;
    this.#head = open.head;
    this.#onLost = open.onLost;
    this.#birth = open.birth;
    this.#enqueue = enqueue;
  }

  get id(): string {
    return this.stream.id;
  }

  /** Of the run, until it is made. */
  get birth(): Birth | undefined {
    return this.#birth;
  }

  get position(): { frame: number; previous: Buffer; epoch: number } {
    return { frame: this.#next, previous: this.#head, epoch: this.#epoch };
  }

  /** Stamps an entry and puts it into the next frame. Returns it as it will be read back. */
  append(entry: NewEntry): Entry {
    const stamped: Entry = {
      meta: { ...entry.meta, at: this.#clock.now() },
      ...(entry.body === undefined ? {} : { body: entry.body }),
    };
    this.#pending.entries.push(stamped);
    this.#offer();
    return stamped;
  }

  /** Resolves when everything appended so far is on disk. @throws BulkheadError `run_lost` */
  durable(): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    const frame = this.#pending.entries.length > 0 ? this.#pending : this.#inFlight;
    if (frame === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => frame.waiters.push({ resolve: () => resolve(), reject }));
  }

  /**
   * Commits the last entries of this ownership together with the change of the run's row. Resolves to
   * the row's new status, or `undefined` when the row no longer named this owner.
   */
  settle(settlement: Settlement): Promise<string | undefined> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    this.#pending.settlement = settlement;
    return new Promise((resolve, reject) => {
      this.#pending.waiters.push({ resolve, reject });
      this.#offer();
    });
  }

  /** For the journal writer: what is collected becomes the frame in flight. */
  take(): PendingFrame {
    const frame = this.#pending;
    this.#inFlight = frame;
    this.#pending = { entries: [], waiters: [] };
    return frame;
  }

  /** For the journal writer: the frame is on disk. */
  written(frame: PendingFrame, hash: Buffer, status: string | undefined): void {
    this.#next += 1;
    this.#head = hash;
    this.#inFlight = undefined;
    this.#endBirth(true);
    for (const waiter of frame.waiters) waiter.resolve(status);
    const { entries, settlement } = this.#pending;
    if (entries.length > 0 || settlement !== undefined) this.#enqueue(this);
  }

  /** For the journal writer: another owner's frame stands where this one should. */
  conflicted(frame: PendingFrame, error: Error): void {
    this.#inFlight = undefined;
    this.#endBirth(false);
    for (const waiter of frame.waiters) waiter.reject(error);
    this.lose(error);
  }

  /** Ends the stream for this owner: nothing is written any more. */
  lose(error: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    // On its way it may still be made.
    if (this.#inFlight === undefined) this.#endBirth(false);
    const { waiters } = this.#pending;
    this.#pending = { entries: [], waiters: [] };
    for (const waiter of waiters) waiter.reject(error);
    this.#onLost?.(error);
  }

  #endBirth(isOwned: boolean): void {
    const birth = this.#birth;
    this.#birth = undefined;
    birth?.onMade(isOwned);
  }

  #offer(): void {
    if (this.#inFlight === undefined && this.#lost === undefined) this.#enqueue(this);
  }
}
