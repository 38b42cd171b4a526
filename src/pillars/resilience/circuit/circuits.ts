import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../../contract/clock.ts';
import { circuitOpen } from './circuit-open.ts';
import type { HealthTable, Probe } from './health-table.ts';
import { SamplingWindow } from './sampling-window.ts';
import { type Scope, scopesOf, type Verdict } from './verdict.ts';

/** Leave to ask; with a token the call is the one that finds out whether the provider answers again. */
export type Pass = { scope: Scope; token?: string };

/** What this worker knows of something that is down. */
type Circuit = {
  code: string;
  /** When it was heard of here, by this worker's clock. */
  since: number;
  /** From when on a call may find out, by this worker's clock. */
  probeAt: number;
  probing: boolean;
  failures: number;
  /** The table has not heard of it yet. */
  unwritten: boolean;
};

export type CircuitsParts = {
  table: HealthTable;
  clock?: Clock;
  /** In [0, 1). */
  random?: () => number;
  /** Told once when something goes down and once when it is back, by the worker that found out. */
  log: (message: string, facts: { provider: string; code?: string }) => void;
};

/** Milliseconds between two readings. */
const REFRESH_EVERY = 1_000;
/** Milliseconds after which a question to the table is given up. */
const GIVE_UP_AFTER = 2_000;
/** Milliseconds that a probe may take before another may be sent. */
const LEASE = 60_000;
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;

/**
 * The circuits of all providers and models, shared by the workers of an installation: what one finds down all hold
 * back, and one call of all of them finds out whether it answers again.
 *
 * While all is well this is memory alone. The table is read every second, as kill switches are, and written when
 * something changes. It is no control of policy but saves useless calls: while the table cannot be read or written,
 * a worker goes on by what it has found out itself.
 */
export class Circuits {
  readonly #table: HealthTable;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #log: CircuitsParts['log'];
  readonly #windows = new Map<string, SamplingWindow>();
  readonly #open = new Map<string, Circuit>();
  /** Readings so far, and at which of them a circuit changed here: an older reading does not know of that. */
  #reading = 0;
  readonly #changed = new Map<string, number>();
  /** Writes under way, and what each is about. */
  readonly #writing = new Map<Promise<void>, string>();
  #stopping: AbortController | undefined;

  constructor({ table, clock = systemClock, random = Math.random, log }: CircuitsParts) {
    this.#table = table;
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
  }

  /** Begins to read the table again and again. */
  start(): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const loop = async () => {
      while (!signal.aborted) {
        await this.refresh();
        await this.#clock.sleep(REFRESH_EVERY, signal);
      }
    };
    loop().catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = undefined;
    await this.settled();
  }

  /** Resolves once all that this worker found out is written, or could not be. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing.keys());
  }

  /**
   * Lets a call pass, as the one that finds out where that is due.
   *
   * @throws BulkheadError `provider_circuit_open`
   */
  admit(scope: Scope): Pass | Promise<Pass> {
    const circuit = this.#open.get(scope.name);
    if (circuit === undefined) return { scope };
    if (circuit.probeAt > this.#clock.now()) throw this.#refusal(scope.name, circuit);
    return this.#elect(scope, circuit);
  }

  /** Takes in what a call that passed has shown. @param code of its failure */
  settle({ scope, token }: Pass, verdict: Verdict, code: string): void {
    if (token !== undefined) return this.#probed({ name: scope.name, token }, verdict, code);
    // Calls that were under way when it went down tell nothing new.
    if (this.#open.has(scope.name) || verdict === 'spoke' || verdict === 'nothing') return;
    const now = this.#clock.now();
    const window = this.#windows.get(scope.name) ?? new SamplingWindow();
    this.#windows.set(scope.name, window);
    window.add(now, verdict === 'failed');
    if (verdict === 'failed' && window.tripped(now)) this.#goDown(scope.name, code);
  }

  /** @throws BulkheadError `provider_circuit_open` when something on the model's way went down after `since` */
  refuseIfDownSince(model: string, since: number): void {
    for (const { name } of scopesOf(model)) {
      const circuit = this.#open.get(name);
      if (circuit !== undefined && circuit.since > since) throw this.#refusal(name, circuit);
    }
  }

  /** Reads the table, and writes what it has not heard of. Never rejects. */
  async refresh(): Promise<void> {
    this.#reading += 1;
    const reading = this.#reading;
    const down = await this.#inTime(this.#table.read()).catch(() => undefined);
    if (down === undefined) return;
    const now = this.#clock.now();
    const standing = new Set(down.map(({ name }) => name));
    for (const { name, code, probeIn, probing } of down) {
      if (this.#changedSince(name, reading)) continue;
      const { since = now, failures = 0 } = this.#open.get(name) ?? {};
      this.#open.set(name, { code, since, probeAt: now + probeIn, probing, failures, unwritten: false });
      this.#windows.delete(name);
    }
    for (const [name, circuit] of this.#open) {
      if (standing.has(name) || this.#changedSince(name, reading)) continue;
      if (circuit.unwritten) this.#write(name, () => this.#tell(name, circuit));
      else this.#open.delete(name);
    }
    for (const [name, window] of this.#windows) if (window.idle(now)) this.#windows.delete(name);
    for (const [name, changed] of this.#changed) if (changed < reading) this.#changed.delete(name);
  }

  #changedSince(name: string, reading: number): boolean {
    return (this.#changed.get(name) ?? 0) >= reading || [...this.#writing.values()].includes(name);
  }

  /** One call of all workers finds out. While the table does not answer it is one of this worker's. */
  async #elect(scope: Scope, circuit: Circuit): Promise<Pass> {
    const { name } = scope;
    const token = randomUUID();
    // From here on no other call of this worker asks.
    this.#set(name, { ...circuit, probeAt: this.#clock.now() + LEASE, probing: true });
    const elected = await this.#inTime(this.#table.probe({ name, token }, LEASE)).catch(() => true);
    if (elected || circuit.unwritten) return { scope, token };
    // It was found well while this one asked.
    if (!this.#open.has(name)) return { scope };
    // Another worker's call is at it, or it is back: the next reading tells.
    this.#set(name, { ...circuit, probeAt: this.#clock.now() + REFRESH_EVERY, probing: true });
    throw this.#refusal(name, circuit);
  }

  #probed(probe: Probe, verdict: Verdict, code: string): void {
    const { name } = probe;
    const circuit = this.#open.get(name);
    if (verdict === 'answered' || verdict === 'spoke') {
      this.#set(name, undefined);
      return this.#write(name, async () => {
        const first = await this.#inTime(this.#table.close(probe)).catch(() => true);
        if (first || circuit?.unwritten) this.#log(`${name} answers again.`, { provider: name });
      });
    }
    // It was found well meanwhile.
    if (circuit === undefined) return;
    if (verdict === 'nothing') {
      this.#set(name, { ...circuit, probeAt: this.#clock.now(), probing: false });
      return this.#write(name, () => this.#inTime(this.#table.release(probe)));
    }
    const jitter = this.#jitter();
    const failures = circuit.failures + 1;
    const probeAt = this.#clock.now() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures) * jitter;
    this.#set(name, { ...circuit, code, failures, probeAt, probing: false });
    this.#write(name, () => this.#inTime(this.#table.reopen(probe, { code, jitter })));
  }

  #goDown(name: string, code: string): void {
    const now = this.#clock.now();
    const probeAt = now + FIRST_PAUSE * this.#jitter();
    const circuit: Circuit = { code, since: now, probeAt, probing: false, failures: 0, unwritten: true };
    this.#set(name, circuit);
    this.#windows.delete(name);
    this.#write(name, async () => {
      if (!(await this.#tell(name, circuit).catch(() => true))) return;
      this.#log(`${name} is down (${code}). Calls to it are held back; one at a time finds out how it is.`, {
        provider: name,
        code,
      });
    });
  }

  /** Brings it to the table. @returns whether nobody had said so before */
  async #tell(name: string, circuit: Circuit): Promise<boolean> {
    const first = await this.#inTime(this.#table.open({ name, code: circuit.code, jitter: this.#jitter() }));
    const standing = this.#open.get(name);
    if (standing !== undefined) this.#set(name, { ...standing, unwritten: false });
    return first;
  }

  #set(name: string, circuit: Circuit | undefined): void {
    this.#changed.set(name, this.#reading);
    if (circuit === undefined) this.#open.delete(name);
    else this.#open.set(name, circuit);
  }

  #write(name: string, work: () => Promise<unknown>): void {
    const writing: Promise<void> = work()
      .catch(() => {})
      .then(() => {
        // A reading that was begun before this was written does not know of it.
        this.#changed.set(name, this.#reading);
        this.#writing.delete(writing);
      });
    this.#writing.set(writing, name);
  }

  #refusal(name: string, { probeAt, probing, code }: Circuit) {
    const left = probeAt - this.#clock.now();
    // A probe may end at any time.
    return circuitOpen(name, probing ? Math.min(left, FIRST_PAUSE) : left, code);
  }

  /** Takes up to a fifth off a pause. */
  #jitter(): number {
    return 1 - this.#random() / 5;
  }

  async #inTime<Result>(work: Promise<Result>): Promise<Result> {
    const over = new AbortController();
    try {
      return await Promise.race([
        work,
        this.#clock
          .sleep(GIVE_UP_AFTER, over.signal)
          .then(() => Promise.reject(new Error('It took too long.'))),
      ]);
    } finally {
      over.abort();
    }
  }
}
