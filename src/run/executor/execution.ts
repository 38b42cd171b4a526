import { uuidv7 } from 'uuidv7';
import { BulkheadError, type SerializedError, serializeError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import type { Step } from '../../contract/step.ts';
import type { RunEnd } from '../../foundation/journal/index.ts';
import type { ClaimedRun, InboxMessage } from '../../foundation/queue/index.ts';
import type { DataKey } from '../../foundation/vault/index.ts';
import type { CodeHost, ExecutionListener, HostDeath, RunningCode } from '../code/code-host.ts';
import type { HostRun, Settled } from '../protocol.ts';
import { Alarm } from './alarm.ts';
import { AnswersInOrder } from './answers-in-order.ts';
import { cancelRun } from './cancel-run.ts';
import { continuation } from './continuation.ts';
import { CANCEL_GRACE, CANCELLED, type ExecutionEnd, RELEASED, stepRepeated } from './ending.ts';
import { hostRunOf } from './host-run.ts';
import { cancelChildren, withdrawReviews } from './open-ends.ts';
import { LONGEST_ALARM, OpenSteps } from './open-steps.ts';
import { patientServices } from './patient-services.ts';
import { recordedSteps } from './recorded-steps.ts';
import { runClock } from './run-clock.ts';
import type { RunJournal } from './run-journal.ts';
import { runState } from './run-state.ts';
import type { ExecutorServices } from './services.ts';
import { STALL, stalled } from './stalled-code.ts';
import { stepHold } from './step-hold.ts';
import { performStep, type StepContext } from './steps/index.ts';
import { TakeIn } from './take-in.ts';
import { watchWorkingTime } from './time-limit.ts';
import { undoStep } from './undo-step.ts';
import { within } from './within.ts';

/**
 * One ownership of a run: replays its journal into the code, carries out the steps that the code asks
 * for, and ends when the run ended, waits, or has to go to another owner.
 */
export class Execution {
  readonly run: ClaimedRun;
  readonly ended: Promise<ExecutionEnd>;
  readonly #key: DataKey;
  readonly #journal: RunJournal;
  readonly #host: CodeHost;
  readonly #definition: DefinitionManifest;
  readonly #services: ExecutorServices;
  readonly #hostRun: HostRun;
  readonly #isolated: boolean;
  readonly #end: (end: ExecutionEnd) => void;
  /** Ends calls under way: at a cancel, and when the run is let go. */
  readonly #abort = new AbortController();
  /** Fires when the run is let go. What undoes a cancelled run goes on until then. */
  readonly #released = new AbortController();
  readonly #steps = new OpenSteps();
  readonly #now: () => number;
  readonly #answers: AnswersInOrder;
  /** Steps that the code asked this owner for. */
  readonly #asked = new Set<string>();
  #code: RunningCode | undefined;
  #idle = false;
  #closing = false;
  #stopping = false;
  /** Ends the watch over the code host of a run that is cancelled. */
  #unwatch: () => void = () => {};
  #over = false;
  readonly #stall = new Alarm();
  readonly #alarm = new Alarm();
  readonly #inbox: TakeIn;

  constructor(options: {
    run: ClaimedRun;
    key: DataKey;
    journal: RunJournal;
    host: CodeHost;
    definition: DefinitionManifest;
    services: ExecutorServices;
    /** The host runs nothing but this run, so that its death can have one cause only. */
    isolated: boolean;
  }) {
    this.run = options.run;
    this.#key = options.key;
    this.#journal = options.journal;
    this.#host = options.host;
    this.#definition = options.definition;
    this.#services = patientServices(options.services, this.#released.signal);
    this.#isolated = options.isolated;
    this.#inbox = new TakeIn(this.run, this.#journal, this.#key, this.#services);
    this.#now = runClock(options.services.clock, options.run.claimedAt);
    this.#answers = new AnswersInOrder(options.journal, (key, settled) => {
      this.#idle = false;
      this.#code?.settle(key, settled);
    });
    this.#hostRun = hostRunOf(options.run.facts);
    const { promise, resolve } = Promise.withResolvers<ExecutionEnd>();
    this.ended = promise;
    this.#end = resolve;
  }

  /** Starts the code, or goes on cancelling. `messages` were filed while nobody owned the run. */
  async start(messages: readonly InboxMessage[]): Promise<void> {
    await this.#inbox.messages(messages, () => this.#over);
    if (this.#over) return;
    if (this.#journal.views.of(runState).cancelled) return this.#cancel();
    watchWorkingTime(this.#journal.views, this.#services.clock, {
      time: this.run.budget.time,
      released: this.#released.signal,
      onPassed: (error) => this.#orLose(this.#finish({ ok: false, error: serializeError(error) })),
    });
    this.#answers.replayed();
    this.#code = this.#host.start(
      {
        definition: this.#definition.name,
        input: (this.#journal.entries[0]?.body?.input ?? null) as Json,
        run: this.#hostRun,
        recorded: recordedSteps(this.#journal.entries),
      },
      {
        step: (key, ...asked) => this.#once(key, () => this.#enter(key, ...asked)),
        record: (...step) => this.#record(...step),
        idle: () => this.#becomeIdle(),
        finished: (settled) => this.#orLose(this.#finish(settled)),
        continued: (input) => this.#orLose(this.#finish({ input })),
        died: (death) => this.#orLose(this.#hostDied(death)),
      },
    );
  }

  /** What was filed while this owner works on the run. */
  async notify(messages: readonly InboxMessage[]): Promise<void> {
    if (this.#over || messages.length === 0) return;
    await this.#inbox.messages(messages, () => this.#over);
    if (this.#over) return;
    const { cancelled } = this.#journal.views.of(runState);
    // Also of code that has ended and left calls behind.
    if (cancelled) this.#abort.abort(CANCELLED);
    if (this.#closing) return;
    // Undoing may take long; who brings messages has other runs too.
    if (cancelled) return this.#orLose(this.#cancel());
    // What a step waited for may have come: each enters its pipeline again at the top.
    this.#enterSuspended();
  }

  #enterSuspended(): void {
    if (this.#closing) return;
    for (const { enter } of this.#steps.takeSuspended()) enter();
  }

  /** Inbox messages that this owner has taken in. */
  get seen(): number {
    return this.#journal.views.of(runState).seen;
  }

  /** Lets calls under way end for `grace` ms, writes what is known, and lets the run go. */
  async stop(grace: number): Promise<void> {
    this.#stopping = true;
    this.#closing = true;
    this.#code?.abandon();
    await this.#steps.quiet(grace);
    if (this.#over) return;
    // A database that does not answer must not hold the process: what was not written is done again.
    const written = this.#journal.durable().catch(() => {});
    // A run whose last frame is on its way ends with that.
    await within(grace, Promise.race([written, this.ended.then(() => {})]));
    this.#close('stopped');
  }

  /** Another owner has the run, or this worker lost its lease: nothing is written any more. */
  lose(): void {
    if (this.#over) return;
    this.#code?.abandon();
    this.#close('lost');
  }

  /** A key names one step. */
  #once(key: string, work: () => void): void {
    if (this.#asked.has(key)) return this.#orLose(this.#finish({ ok: false, error: stepRepeated(key) }));
    this.#asked.add(key);
    work();
  }

  #enter(...[key, requestHash, request, parsed]: Parameters<ExecutionListener['step']>): void {
    if (this.#closing) return;
    const asked = { requestHash, ...(parsed === undefined ? {} : { parsed }) };
    this.#perform(
      key,
      (context) => performStep({ ...context, ...asked }, request),
      () => this.#enter(key, requestHash, request, parsed),
    );
  }

  #perform(key: string, work: (context: StepContext) => Promise<Settled>, again: () => void): void {
    this.#stall.clear();
    const token = this.#steps.enter(key);
    const ended = (settled: Settled) => {
      if (!this.#steps.leave(key, token) || this.#over || this.#closing) return;
      // Code that swallowed such an error would go on for ever: it is not told.
      if (!settled.ok && settled.error.endsRun) return this.#orLose(this.#finish(settled));
      this.#answers.add(key, settled);
    };
    work(this.#context(key, again))
      .then(ended)
      .catch((error: unknown) =>
        // An answer that cannot be told, because it is too large to send, ends the run, not the worker.
        this.#orLose(this.#finish({ ok: false, error: serializeError(error) })),
      );
  }

  #context(key: string, again: () => void, signal = this.#abort.signal): StepContext {
    return {
      run: this.run,
      hostRun: this.#hostRun,
      key: this.#key,
      definition: this.#definition,
      manifest: this.#host.manifest,
      journal: this.#journal,
      step: this.#step(key, again),
      requestHash: '',
      signal,
      host: this.#host,
      services: this.#services,
    };
  }

  #step(key: string, again: () => void): Step {
    // What comes from here on, the step may not have looked at when it suspends.
    const { seen } = this;
    const run = { journal: this.#journal, key: this.#key, now: this.#now };
    return stepHold(key, run, (reason, wakeAt) => {
      this.#steps.suspend(key, { reason: { ...reason, key }, wakeAt, seen, enter: again });
      // What it waits for may have come while it was on its way here.
      if (this.seen > seen) queueMicrotask(() => this.#enterSuspended());
      else this.#waitIfNothingMoves();
      this.#setAlarm();
      return new Promise(() => {});
    });
  }

  #record(...[key, requestHash, operation, settled, awaited]: Parameters<ExecutionListener['record']>): void {
    this.#journal.record({
      meta: { kind: 'step.completed', key, operation, outcome: settled.ok ? 'ok' : 'error' },
      body: { requestHash, ...(settled.ok ? { output: settled.value } : { error: settled.error }) },
    });
    this.#answers.add(key, awaited ? settled : undefined);
    this.#expectProgress();
  }

  /** While other steps keep the run awake, the time that a suspended one waits for comes all the same. */
  #setAlarm(): void {
    this.#alarm.clear();
    const left = (this.#steps.waiting.wakeAt ?? Number.POSITIVE_INFINITY) - this.#now();
    if (left > LONGEST_ALARM || this.#closing) return;
    this.#alarm.set(left, () => this.#enterSuspended());
  }

  #becomeIdle(): void {
    this.#idle = true;
    this.#expectProgress();
    this.#waitIfNothingMoves();
  }

  /** Code that has nothing to wait for but its own doing has to come back with something. */
  #expectProgress(): void {
    this.#stall.clear();
    if (!this.#idle || this.#closing || this.#steps.active > 0 || this.#steps.suspended > 0) return;
    this.#stall.set(STALL, () => this.#orLose(this.#finish({ ok: false, error: stalled })));
  }

  /** Only promises that cannot settle remain: the execution is given up, and the run uses nothing while it waits. */
  #waitIfNothingMoves(): void {
    if (!this.#idle || this.#closing || this.#steps.active > 0 || this.#steps.suspended === 0) return;
    this.#orLose(this.#wait());
  }

  async #wait(): Promise<void> {
    this.#closing = true;
    this.#code?.abandon();
    const { waitingFor, seen, ...wake } = this.#steps.waiting;
    this.#journal.record({ meta: { kind: 'run.waiting', for: waitingFor, ...wake } });
    await this.#settle({ status: 'waiting', waitingFor, seen, ...wake });
  }

  /** Of its own accord: with an output, with an error, or by going on as a new run with `input`. */
  async #finish(end: Settled | { input: Json }): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#code?.abandon();
    // Calls that the code did not wait for are effects all the same: they end before the run does.
    await this.#steps.quiet();
    if (this.#over) return;
    if (this.#journal.views.of(runState).cancelled) return this.#compensate();
    await this.#endOpenEnds();
    if ('input' in end) {
      this.#journal.record({ meta: { kind: 'run.continued', run: uuidv7() }, body: { input: end.input } });
      return this.#settle(continuation(this.run, this.#journal, this.#services));
    }
    if (!end.ok) return this.#fail(end.error);
    const { partial } = this.#journal.views.of(runState);
    const meta = { kind: 'run.succeeded' as const, ...(partial ? { partial } : {}) };
    this.#journal.record({ meta, body: { output: end.value } });
    return this.#settle({ status: 'succeeded' }, { status: 'succeeded', output: end.value });
  }

  async #endOpenEnds(): Promise<void> {
    await withdrawReviews(this.#journal, this.#services);
    await cancelChildren(this.#journal, this.#services, this.run.facts);
  }

  #fail(error: SerializedError): Promise<void> {
    this.#journal.record({ meta: { kind: 'run.failed', code: error.code }, body: { error } });
    return this.#settle({ status: 'failed', errorCode: error.code }, { status: 'failed', error });
  }

  async #hostDied(death: HostDeath): Promise<void> {
    if (this.#over || this.#closing) return;
    this.#closing = true;
    this.#abort.abort(new BulkheadError(death));
    if (!death.suspect || !this.#isolated) return this.#interrupted(death);
    await this.#endOpenEnds();
    return this.#fail({ code: death.code, message: death.message });
  }

  #interrupted({ code, suspect }: HostDeath): Promise<void> {
    this.#journal.record({ meta: { kind: 'run.interrupted', code } });
    return this.#settle({ status: 'queued', hostDeaths: this.run.hostDeaths + (suspect ? 1 : 0) });
  }

  async #cancel(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    // What undoes needs a host too: the next owner goes on with it in another. Under a host that the run had for
    // itself it has failed, and is told as such.
    this.#unwatch = this.#host.watch(this.run.facts.id, (death) => {
      if (!death.suspect || !this.#isolated) this.#orLose(this.#interrupted(death));
    });
    this.#code?.abandon();
    this.#abort.abort(CANCELLED);
    await this.#steps.quiet(CANCEL_GRACE);
    if (!this.#over) await this.#compensate();
  }

  async #compensate(): Promise<void> {
    this.#steps.takeSuspended();
    const { seen } = this;
    // What children did is undone by themselves, before what the run did is.
    const children = await cancelChildren(this.#journal, this.#services, this.run.facts);
    if (this.#over) return;
    for (const { key, child } of children) this.#steps.suspendForChild(key, child, seen);
    if (this.#steps.suspended > 0) return this.#wait();
    const result = await cancelRun(this.#journal.entries, this.#definition, (key, work) =>
      this.#undo(key, work),
    );
    if (this.#over) return;
    if (result === 'suspended') return this.#wait();
    await withdrawReviews(this.#journal, this.#services);
    this.#journal.record({
      meta: { kind: 'run.cancelled' },
      ...(result === undefined ? {} : { body: { error: result } }),
    });
    await this.#settle(
      { status: 'cancelled', ...(result === undefined ? {} : { errorCode: result.code }) },
      { status: 'cancelled', ...(result === undefined ? {} : { error: result }) },
    );
  }

  /** One step of a cancel. A worker that stops begins no further one. */
  #undo(key: string, work: (context: StepContext) => Promise<Settled>): Promise<Settled | 'suspended'> {
    if (this.#stopping) return new Promise(() => {});
    const context = this.#context(key, () => {}, this.#released.signal);
    return undoStep(this.#steps, context, work);
  }

  async #settle(settlement: Parameters<RunJournal['settle']>[0], end?: RunEnd): Promise<void> {
    this.#unwatch();
    try {
      await this.#journal.settle(settlement);
      if (end !== undefined) this.#services.news.end(this.run.facts.id, end);
      this.#close('settled');
    } catch {
      this.#close('lost');
    }
  }

  /** Work that nobody waits for: what goes wrong in it costs this worker the run, and not its process. */
  #orLose(work: Promise<void>): void {
    work.catch(() => this.lose());
  }

  #close(end: ExecutionEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#closing = true;
    this.#unwatch();
    this.#stall.clear();
    this.#alarm.clear();
    this.#journal.close(end === 'lost');
    this.#abort.abort(RELEASED);
    this.#released.abort(RELEASED);
    this.#end(end);
  }
}
