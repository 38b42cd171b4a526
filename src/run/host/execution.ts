import { hash } from 'node:crypto';
import type { PlainOperation } from '../../contract/entry.ts';
import { BulkheadError, deserializeError, serializeError } from '../../contract/errors.ts';
import { canonicalJson, type Json, toJson } from '../../contract/json.ts';
import type { ParseResult } from '../../contract/schema.ts';
import type { FromHost, HostRun, RecordedStep, Settled, StepRequest } from '../protocol.ts';
import { replayDivergence } from './replay-divergence.ts';

type Waiting = { resolve: (value: Json) => void; reject: (error: Error) => void };

/**
 * One execution of a run's code. Recorded steps answer from the journal, in the order in which they
 * ended; steps that are not recorded go to the worker once all that are have been handed out. Whoever
 * answers, the code reacts to one answer before it sees the next, so that it takes the same way each time.
 */
export class HostExecution {
  readonly run: HostRun;
  readonly #number: number;
  readonly #send: (message: FromHost) => void;
  readonly #recorded: Map<string, RecordedStep>;
  /** Keys of completed steps that were not handed out yet, in journal order. */
  readonly #order: string[];
  /** Steps that the code awaits, by key: recorded ones until their turn, others until they are settled. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #asked = new Set<string>();
  /** What is done once the replay has caught up. Code that has diverged never gets there: it does nothing new. */
  readonly #held: (() => void)[] = [];
  /** Answers of the worker that were not handed out yet. */
  readonly #arrived: { key: string; settled: Settled }[] = [];
  #next = 0;
  /** An answer was handed out in this turn of the event loop. */
  #resting = false;
  /** Functions of the code that are at work on a step's value. */
  #producing = 0;
  #delivery = 0;
  #checking = false;
  #closed = false;

  constructor(
    start: { execution: number; run: HostRun; recorded: RecordedStep[] },
    send: (message: FromHost) => void,
  ) {
    this.#number = start.execution;
    this.run = start.run;
    this.#send = send;
    this.#recorded = new Map(start.recorded.map((step) => [step.key, step]));
    this.#order = start.recorded.filter((step) => step.settled !== undefined).map((step) => step.key);
  }

  /** Runs the code and reports how it ended, once. */
  async start(delivery: number, code: () => Promise<unknown>): Promise<void> {
    this.#delivered(delivery);
    let settled: Settled;
    try {
      settled = { ok: true, value: toJson(await code()) };
      const forgotten = this.#forgotten();
      if (forgotten !== undefined)
        throw replayDivergence(`step ${forgotten}`, 'finished without asking for it');
    } catch (error) {
      settled = { ok: false, error: serializeError(error, 'code_failed') };
    }
    this.#finish(settled);
  }

  /** Ends the execution: the run goes on as a new one. What the code still does is not listened to. */
  continueAsNew(input: Json): Promise<never> {
    const forgotten = this.#forgotten();
    if (forgotten !== undefined) return this.#diverge(`step ${forgotten}`, 'goes on as a new run');
    this.#end({ type: 'continued', execution: this.#number, input });
    return new Promise(() => {});
  }

  /** A step that the worker carries out. @param parse what a tool's schema makes of its input, if it says so at once */
  call(key: string, request: StepRequest, parse?: () => ParseResult | undefined): Promise<Json> {
    const requestHash = hashOf(request);
    return this.#ask(key, requestHash, () => {
      const parsed = parse?.();
      this.#send({
        type: 'step',
        execution: this.#number,
        key,
        requestHash,
        request,
        ...(parsed === undefined ? {} : { parsed }),
      });
    });
  }

  /** A step that the code carries out itself, once; the journal keeps its value. */
  async produce(key: string, operation: PlainOperation, work: () => unknown): Promise<Json> {
    const requestHash = hashOf({ operation });
    if (this.#recorded.has(key)) return this.#ask(key, requestHash, () => {});
    this.#claim(key);
    if (this.#replaying) await new Promise<void>((resolve) => this.#held.push(resolve));
    this.#producing += 1;
    const settled = await settledBy(work);
    this.#producing -= 1;
    if (this.#closed) return new Promise(() => {});
    // Beside other steps the journal says which comes first; a step that is alone need not ask.
    const awaited = this.#waiting.size > 0 || this.#producing > 0;
    const answer = awaited ? this.#wait(key) : undefined;
    this.#send({ type: 'record', execution: this.#number, key, requestHash, operation, settled, awaited });
    if (answer !== undefined) return answer;
    if (settled.ok) return settled.value;
    throw deserializeError(settled.error);
  }

  /** The worker's answer to an open step. */
  settle(key: string, settled: Settled, delivery: number): void {
    this.#arrived.push({ key, settled });
    this.#delivered(delivery);
    this.#handNext();
  }

  /** No step settles any more; what the code still does is not listened to. */
  abandon(): void {
    this.#closed = true;
    this.#waiting.clear();
  }

  #ask(key: string, requestHash: string, send: () => void): Promise<Json> {
    if (this.#closed) return new Promise(() => {});
    this.#claim(key);
    const recorded = this.#recorded.get(key);
    if (recorded !== undefined && recorded.requestHash !== requestHash) {
      return this.#diverge(`step ${key}`, `asks for ${key} with other input`);
    }
    const answer = this.#wait(key);
    if (recorded?.settled !== undefined) this.#handNext();
    else if (this.#replaying) this.#held.push(send);
    else send();
    return answer;
  }

  #wait(key: string): Promise<Json> {
    return new Promise((resolve, reject) => this.#waiting.set(key, { resolve, reject }));
  }

  #claim(key: string): void {
    if (this.#asked.has(key)) {
      throw new BulkheadError({
        code: 'duplicate_step',
        message: `Two steps have the key ${key}. Run branches that are side by side through context.all, which gives each a scope of its own.`,
        endsRun: true,
      });
    }
    this.#asked.add(key);
  }

  /** Recorded answers are left. */
  get #replaying(): boolean {
    return this.#next < this.#order.length;
  }

  /** Hands out one answer a turn: recorded ones in journal order, when the code awaits them, then the worker's. */
  #handNext(): void {
    if (this.#resting || this.#closed) return;
    const answer = this.#nextAnswer();
    if (answer === undefined) return;
    this.#resting = true;
    this.#hand(answer.key, answer.settled);
    setImmediate(() => {
      this.#resting = false;
      if (!this.#replaying) for (const begin of this.#held.splice(0)) begin();
      this.#handNext();
    });
  }

  #nextAnswer(): { key: string; settled: Settled } | undefined {
    const key = this.#order[this.#next];
    if (key === undefined) return this.#arrived.shift();
    const settled = this.#recorded.get(key)?.settled;
    if (settled === undefined || !this.#waiting.has(key)) return undefined;
    this.#next += 1;
    return { key, settled };
  }

  #hand(key: string, settled: Settled): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    if (settled.ok) waiting.resolve(settled.value);
    else waiting.reject(deserializeError(settled.error));
  }

  #forgotten(): string | undefined {
    for (const key of this.#recorded.keys()) if (!this.#asked.has(key)) return key;
    return undefined;
  }

  /** After what was delivered has had its effect, says so: promises settle before the next turn of the loop. */
  #delivered(delivery: number): void {
    this.#delivery = delivery;
    if (this.#checking) return;
    this.#checking = true;
    const check = () => {
      if (this.#closed) return;
      if (this.#canHand()) return void setImmediate(check);
      this.#checking = false;
      if (this.#next < this.#order.length) this.#expectProgress();
      this.#send({ type: 'idle', execution: this.#number, delivery: this.#delivery });
    };
    setImmediate(() => setImmediate(check));
  }

  #canHand(): boolean {
    const next = this.#order[this.#next];
    return this.#resting || (next === undefined ? this.#arrived.length > 0 : this.#waiting.has(next));
  }

  /** Code that waits for other things than the journal says, and goes on doing so, has diverged. */
  #expectProgress(): void {
    const { size } = this.#asked;
    setTimeout(() => {
      if (this.#closed || this.#asked.size !== size || this.#next === this.#order.length) return;
      const waits = [...this.#waiting.keys()].join(', ') || 'something outside its context';
      void this.#diverge(`step ${this.#order[this.#next]}`, `waits for ${waits} instead`);
    }, PATIENCE).unref();
  }

  /** Ends the execution, whatever the code would make of an exception. */
  #diverge(recorded: string, asked: string): Promise<never> {
    this.#finish({ ok: false, error: serializeError(replayDivergence(recorded, asked)) });
    return new Promise(() => {});
  }

  #finish(settled: Settled): void {
    this.#end({ type: 'finished', execution: this.#number, settled });
  }

  #end(message: Extract<FromHost, { type: 'finished' | 'continued' }>): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#send(message);
  }
}

async function settledBy(work: () => unknown): Promise<Settled> {
  try {
    return { ok: true, value: toJson(await work()) };
  } catch (error) {
    return { ok: false, error: serializeError(error, 'code_failed') };
  }
}

/** How long replayed code may be busy with something of its own before it counts as diverged, ms. */
const PATIENCE = 2_000;

function hashOf(request: unknown): string {
  return hash('sha256', canonicalJson(request), 'base64url');
}
