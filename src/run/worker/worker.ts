import type pg from 'pg';
import type { Clock } from '../../contract/clock.ts';
import type { Doorbell } from '../../contract/doorbell.ts';
import type { FrameRow, JournalWriter } from '../../foundation/journal/index.ts';
import {
  beginRun,
  type ClaimedRun,
  freeRunsOfDeadWorkers,
  handBack,
  type NamedRun,
  readInbox,
  wakeDueRuns,
} from '../../foundation/queue/index.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import type { ChatHosts } from '../chat/chat-hosts.ts';
import type { HostPool } from '../code/host-pool.ts';
import type { Execution } from '../executor/execution.ts';
import type { ExecutorServices } from '../executor/services.ts';
import { Claimer } from './claimer.ts';
import { holdLease, type Lease } from './lease.ts';
import { type Held, LiveRuns } from './live-runs.ts';
import { Sweeper } from './sweeper.ts';
import { type Newborn, takeUp } from './take-up.ts';

export type WorkerOptions = {
  url: string;
  pool: pg.Pool;
  keys: KeyRing;
  doorbell: Doorbell;
  openJournal: () => JournalWriter;
  hosts: HostPool;
  chatHosts: ChatHosts;
  services: ExecutorServices;
  clock: Clock;
  log: (level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>) => void;
  /** Runs at once. Default 100. */
  capacity?: number;
  /** Whether runs of the lane `batch` may start now. Default: always. */
  batchMayStart?: () => boolean;
  /** Looks between two searches for runs that are this worker's by their rows only. Default 8. */
  looksBetweenDoubts?: number;
};

/** How long calls under way may take to end when the worker stops, ms. */
const STOP_GRACE = 8_000;
/** How long a run that could not be taken up stays away from the queue, ms. */
const PAUSE = 500;
/** The same for one whose journal the database cannot give: somebody has to look at that first. */
const UNREADABLE_PAUSE = 10_000;
/** A full worker tells others no more often than this that more may be ready, ms. */
const RING_EVERY = 100;

const LOOKS_BETWEEN_DOUBTS = 8;

/** Claims ready runs, executes them, and lets them go when it is told to stop or loses its lease. */
export class RunWorker {
  readonly #options: WorkerOptions;
  readonly #capacity: number;
  readonly #live = new LiveRuns();
  readonly #claimer: Claimer;
  readonly #sweeper: Sweeper;
  #journal: JournalWriter;
  #lease: Lease | undefined;
  #listening: { stop(): Promise<void> } | undefined;
  #looks = 0;
  #rung = 0;
  #stopping = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#capacity = options.capacity ?? 100;
    const { looksBetweenDoubts = LOOKS_BETWEEN_DOUBTS } = options;
    this.#journal = options.openJournal();
    this.#claimer = new Claimer({
      pool: options.pool,
      capacity: this.#capacity,
      live: this.#live,
      lease: () => (this.#stopping ? undefined : this.#lease),
      batchMayStart: options.batchMayStart ?? (() => true),
      take: (run, frames, lease) => void this.#work(run, frames, lease),
      unreadable: (run, lease, error) => void this.#putBack(run, lease, error, UNREADABLE_PAUSE),
      filled: () => this.#ringOthers(),
    });
    this.#sweeper = new Sweeper({
      // The doorbell may be lost: a look now and then finds every ready run and every message.
      look: async () => {
        await this.#readInboxes(this.#live.ids);
        this.#looks += 1;
        if (this.#looks % looksBetweenDoubts === 0) this.#claimer.doubt();
        this.#claimer.claim();
      },
      wakeDue: () => wakeDueRuns(options.pool, () => this.#claimer.claim()),
      freeDead: () => freeRunsOfDeadWorkers(options.pool),
      onFound: () => this.#claimer.claim(),
    });
  }

  /** True while the worker holds its lease and claims. */
  get ready(): boolean {
    return this.#lease !== undefined && !this.#stopping;
  }

  /** Under which it is registered now, if it is. */
  get epoch(): number | undefined {
    return this.#lease?.owner.epoch;
  }

  /** Runs that it works on now. */
  get size(): number {
    return this.#live.size;
  }

  async start(): Promise<void> {
    await this.#register();
    this.#listening = await this.#options.doorbell.listen({
      takes: (run) => (run === undefined ? this.ready && this.size < this.#capacity : this.#live.has(run)),
      onRing: (run) => {
        if (run !== undefined && this.#live.has(run)) void this.#readInboxes([run]).catch(() => {});
        else this.#claimer.claim();
      },
      onConnected: () => this.#claimer.claim(),
    });
    this.#sweeper.start();
  }

  /** Stops claiming, lets calls under way end, hands every run back. */
  async stop(grace = STOP_GRACE): Promise<void> {
    this.#stopping = true;
    this.#sweeper.stop();
    await this.#listening?.stop();
    await this.#claimer.quiet();
    const runs = this.#live.ids;
    await Promise.all(this.#live.executions.map((execution) => execution.stop(grace)));
    this.#journal.stop();
    const lease = this.#lease;
    if (lease === undefined) return;
    const handed = await handBack(this.#options.pool, lease.owner, runs).catch(() => 0);
    if (handed > 0) this.#options.doorbell.ring();
    await lease.release().catch(() => {});
  }

  async #register(): Promise<void> {
    const { pool, url } = this.#options;
    this.#lease = await holdLease({ pool, url, onLost: () => this.#lost() });
  }

  /** Its runs may be somebody else's: it drops them all and starts afresh under a new epoch. */
  #lost(): void {
    this.#options.log(
      'warn',
      'This worker was declared dead or stalled for too long; it drops its runs and starts afresh.',
    );
    this.#lease = undefined;
    this.#journal.stop();
    for (const execution of this.#live.executions) execution.lose();
    this.#live.clear();
    this.#journal = this.#options.openJournal();
    const again = () => {
      if (this.#stopping) return;
      this.#register().then(
        () => this.#claimer.claim(),
        () => setTimeout(again, 500).unref(),
      );
    };
    again();
  }

  /**
   * Makes a run and has it from the start, without a claim: for what somebody waits for. A tenant gets half of the
   * places at most in this way; whoever is over that, or has a limit, stands in line like any other.
   *
   * @returns true when the run is durable and this worker's; else it is to be submitted under the same id, because it
   *   may be there for anybody, or not at all
   */
  async begin(run: NamedRun): Promise<boolean> {
    const lease = this.#lease;
    if (lease === undefined || !this.#mayBegin(run)) return false;
    const { claimed, frames, known, birth } = await beginRun(this.#options.keys, run, lease.owner);
    // Others may have taken the last places meanwhile.
    if (lease !== this.#lease || !this.#mayBegin(run)) return false;
    return new Promise((resolve) => {
      const work = this.#work(claimed, frames, lease, { known, birth: { ...birth, onMade: resolve } });
      // What could not even be tried has not been made: whoever waits is told so.
      void work.finally(() => resolve(false));
    });
  }

  #mayBegin({ id, tenant }: NamedRun): boolean {
    // Somebody else has made it and this worker claimed it: to begin it would take it from itself.
    if (this.#live.has(id)) return false;
    const busy = this.#live.busy.get(tenant) ?? 0;
    return !this.#stopping && this.#live.size < this.#capacity && busy < this.#capacity / 2;
  }

  async #work(run: ClaimedRun, frames: readonly FrameRow[], lease: Lease, newborn?: Newborn): Promise<void> {
    const { id, tenant } = run.facts;
    const held: Held = { tenant };
    // Whoever still works on it here has handed it back and only waits for the answer.
    this.#live.get(id)?.execution?.lose();
    this.#live.add(id, held);
    try {
      const parts = { ...this.#options, journal: this.#journal };
      const isNewest = () => this.#live.get(id) === held;
      const onStarted = (execution: Execution) => {
        held.execution = execution;
      };
      await takeUp(parts, run, frames, lease.owner.worker, isNewest, onStarted, newborn);
    } catch (error) {
      await this.#putBack(run, lease, error, PAUSE);
    } finally {
      this.#live.remove(id, held);
      this.#options.services.news.left(id);
      if (this.#live.size < this.#capacity) this.#afterEnd(newborn);
    }
  }

  /** A run that was begun here had no limit, so its end lets nothing begin but what there was no room for. */
  #afterEnd(newborn: Newborn | undefined): void {
    if (newborn === undefined) this.#claimer.claim();
    else this.#claimer.fill();
  }

  /** Keeps the run for a moment, as a live one, so that it is not taken for forgotten; then others may try. */
  async #putBack({ facts }: ClaimedRun, lease: Lease, error: unknown, pause: number): Promise<void> {
    this.#options.log('error', 'A run could not be taken up; it is handed back.', {
      run: facts.id,
      error: error instanceof Error ? error.message : String(error),
    });
    const held: Held = this.#live.get(facts.id) ?? { tenant: facts.tenant };
    if (!this.#live.has(facts.id)) this.#live.add(facts.id, held);
    await this.#options.clock.sleep(pause);
    await handBack(this.#options.pool, lease.owner, [facts.id]).catch(() => {});
    this.#live.remove(facts.id, held);
  }

  /** Rings that came while there was room here went no further. */
  #ringOthers(): void {
    const now = this.#options.clock.now();
    if (now - this.#rung < RING_EVERY) return;
    this.#rung = now;
    this.#options.doorbell.ring();
  }

  async #readInboxes(runs: readonly string[]): Promise<void> {
    const live = runs.flatMap((run) => {
      const execution = this.#live.get(run)?.execution;
      return execution === undefined ? [] : [{ run, execution, seen: execution.seen }];
    });
    if (live.length === 0) return;
    const messages = await readInbox(this.#options.pool, live);
    for (const { run, execution } of live) {
      // What one run makes of its messages is no reason to keep the others from theirs.
      await execution.notify(messages.filter((message) => message.run === run)).catch((error: unknown) => {
        this.#options.log('error', 'A message for a run could not be taken in.', {
          run,
          error: String(error),
        });
      });
    }
  }
}
