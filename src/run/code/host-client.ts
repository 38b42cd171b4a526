import type { ResolvedApproval } from '../../contract/approval.ts';
import { BulkheadError, serializeError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { BundleManifest } from '../../contract/manifest.ts';
import type { ParseResult } from '../../contract/schema.ts';
import type {
  FetchCall,
  FetchResponse,
  FromHost,
  HostAnswer,
  HostRun,
  RecordedStep,
  ToHost,
} from '../protocol.ts';
import type {
  CodeHost,
  ExecutionListener,
  HostDeath,
  Invocation,
  ParseCall,
  RunningCode,
  StartExecution,
  VerifyCall,
} from './code-host.ts';
import {
  checkedApproval,
  failureOf,
  fetchOutsideCall,
  isTooLarge,
  unansweredQuestion,
} from './host-failures.ts';

/** Carries out a tool's fetch, against what the tool declared. */
export type NetworkFetch = (
  call: FetchCall,
  network: readonly string[],
  signal: AbortSignal,
) => Promise<FetchResponse>;

type Open = { listener: ExecutionListener; delivered: number; digested: number };
type Reach = {
  network: readonly string[];
  signal: AbortSignal;
  /** Ends what the call still fetches when it is over. Made at the first fetch: most calls make none. */
  over?: AbortController;
};
type Pending = {
  run: string;
  resolve: (answer: HostAnswer) => void;
  reject: (error: Error) => void;
  /** Of a tool call: what it may fetch, and what ends its fetches. */
  reach: Reach | undefined;
};

/** How long a tool that was told to stop may take to do so, ms. Then nobody waits for it any more. */
const LAST_MOMENT = 1_000;

/** How long a schema or an approval of the author's may take to answer, ms. */
const QUESTION_TIMEOUT = 60_000;
/** How long `verify` may take, ms: an answer is held back meanwhile. */
const VERIFY_TIMEOUT = 10_000;

/** The worker's end of a code host, whatever carries its messages. */
export class HostClient implements CodeHost {
  readonly manifest: BundleManifest;
  readonly #send: (message: ToHost) => void;
  readonly #networkFetch: NetworkFetch;
  readonly #executions = new Map<number, Open & { run: string }>();
  readonly #pending = new Map<number, Pending>();
  readonly #fetches = new Map<number, AbortController>();
  readonly #watchers = new Set<{ run: string; died: (death: HostDeath) => void }>();
  #next = 1;
  #death: Omit<HostDeath, 'suspect'> | undefined;

  constructor(options: {
    manifest: BundleManifest;
    send: (message: ToHost) => void;
    networkFetch: NetworkFetch;
  }) {
    this.manifest = options.manifest;
    this.#send = options.send;
    this.#networkFetch = options.networkFetch;
  }

  /** Executions under way. */
  get size(): number {
    return this.#executions.size;
  }

  start(start: StartExecution, listener: ExecutionListener): RunningCode {
    const execution = this.#number();
    if (this.#death !== undefined) {
      const death = { ...this.#death, suspect: false };
      queueMicrotask(() => listener.died(death));
      return { settle: () => {}, abandon: () => {} };
    }
    const open = { listener, delivered: 1, digested: 0, run: start.run.id };
    this.#executions.set(execution, open);
    try {
      this.#sendStart(execution, { ...start, delivery: open.delivered });
    } catch (error) {
      this.#executions.delete(execution);
      this.#send({ type: 'abandon', execution });
      throw error;
    }
    return {
      settle: (key, settled) => {
        if (!this.#executions.has(execution)) return;
        open.delivered += 1;
        this.#send({ type: 'settle', execution, key, settled, delivery: open.delivered });
      },
      abandon: () => {
        if (this.#executions.delete(execution)) this.#send({ type: 'abandon', execution });
      },
    };
  }

  /** What a long run recorded may be more than one message holds. */
  #sendStart(execution: number, start: StartExecution & { delivery: number }): void {
    try {
      this.#send({ type: 'start', execution, ...start });
    } catch (error) {
      if (!isTooLarge(error) || start.recorded.length === 0) throw error;
      this.#sendRecorded(execution, start.recorded);
      this.#send({ type: 'start', execution, ...start, recorded: [] });
    }
  }

  #sendRecorded(execution: number, steps: readonly RecordedStep[]): void {
    try {
      this.#send({ type: 'recorded', execution, steps: [...steps] });
    } catch (error) {
      if (!isTooLarge(error) || steps.length < 2) throw error;
      const half = Math.ceil(steps.length / 2);
      this.#sendRecorded(execution, steps.slice(0, half));
      this.#sendRecorded(execution, steps.slice(half));
    }
  }

  async parse({ run, ...call }: ParseCall): Promise<ParseResult> {
    const answer = await this.#ask(run.id, { type: 'parse', request: this.#number(), ...call });
    if (answer.kind === 'parsed') return answer.result;
    throw failureOf(answer);
  }

  async approval(call: {
    definition: string;
    tool: string;
    input: Json;
    toolCallId: string;
    run: HostRun;
  }): Promise<ResolvedApproval> {
    const answer = await this.#ask(call.run.id, { type: 'approval', request: this.#number(), ...call });
    if (answer.kind === 'approval') return checkedApproval(answer.result, call.tool);
    throw failureOf(answer);
  }

  async verify({ run, ...call }: VerifyCall): Promise<boolean> {
    const answer = await this.#ask(run.id, { type: 'verify', request: this.#number(), ...call });
    if (answer.kind === 'verified') return answer.passed;
    throw failureOf(answer);
  }

  async invoke({ network, ...invocation }: Invocation, signal: AbortSignal): Promise<Json> {
    signal.throwIfAborted();
    const request = this.#number();
    const deaf = Promise.withResolvers<never>();
    let patience: NodeJS.Timeout | undefined;
    const abort = () => {
      this.#send({ type: 'abort', request, reason: interruption(signal.reason) });
      patience = setTimeout(() => deaf.reject(signal.reason), LAST_MOMENT);
    };
    signal.addEventListener('abort', abort, { once: true });
    const reach: Reach = { network, signal };
    try {
      const asked = this.#ask(invocation.run.id, { type: 'invoke', request, ...invocation }, reach);
      const answer = await Promise.race([asked, deaf.promise]);
      if (answer.kind === 'settled' && answer.settled.ok) return answer.settled.value;
      // Why it was told to stop says more than how it did.
      throw signal.aborted ? signal.reason : failureOf(answer);
    } finally {
      signal.removeEventListener('abort', abort);
      clearTimeout(patience);
      this.#pending.delete(request);
      reach.over?.abort(fetchOutsideCall());
    }
  }

  watch(run: string, died: (death: HostDeath) => void): () => void {
    const watcher = { run, died };
    this.#watchers.add(watcher);
    if (this.#death !== undefined) {
      const death = { ...this.#death, suspect: false };
      queueMicrotask(() => {
        if (this.#watchers.delete(watcher)) died(death);
      });
    }
    return () => void this.#watchers.delete(watcher);
  }

  /** A message from the host. */
  receive(message: FromHost): void {
    if (message.type === 'answer') {
      const pending = this.#pending.get(message.request);
      this.#pending.delete(message.request);
      return pending?.resolve(message.answer);
    }
    if (message.type === 'fetch') return void this.#fetch(message);
    if (message.type === 'fetch-aborted') return this.#fetches.get(message.fetch)?.abort();
    if (!('execution' in message)) return;
    const open = this.#executions.get(message.execution);
    if (open === undefined) return;
    switch (message.type) {
      case 'step':
        return open.listener.step(message.key, message.requestHash, message.request, message.parsed);
      case 'record':
        return open.listener.record(
          message.key,
          message.requestHash,
          message.operation,
          message.settled,
          message.awaited,
        );
      case 'idle':
        open.digested = message.delivery;
        if (open.digested === open.delivered) open.listener.idle();
        return;
      case 'finished':
        this.#executions.delete(message.execution);
        return open.listener.finished(message.settled);
      case 'continued':
        return open.listener.continued(message.input);
    }
  }

  /** The host is gone. Whatever it was digesting, or computing, is suspected; if nothing was, everything is. */
  die(death: { code: string; message: string }): void {
    if (this.#death !== undefined) return;
    this.#death = death;
    const busy = new Set<string>();
    for (const open of this.#executions.values()) if (open.digested < open.delivered) busy.add(open.run);
    for (const pending of this.#pending.values()) busy.add(pending.run);
    const executions = [...this.#executions.values()];
    const watchers = [...this.#watchers];
    this.#executions.clear();
    this.#watchers.clear();
    const deathOf = (run: string) => ({ ...death, suspect: busy.size === 0 || busy.has(run) });
    for (const { listener, run } of executions) listener.died(deathOf(run));
    for (const { died, run } of watchers) died(deathOf(run));
    const error = new BulkheadError({ ...death, outcomeUnknown: true, retryable: true });
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }

  #ask(
    run: string,
    message: Extract<ToHost, { type: 'parse' | 'approval' | 'verify' | 'invoke' }>,
    reach?: Pending['reach'],
  ): Promise<HostAnswer> {
    if (this.#death !== undefined)
      return Promise.reject(new BulkheadError({ ...this.#death, retryable: true }));
    const { promise, resolve, reject } = Promise.withResolvers<HostAnswer>();
    this.#pending.set(message.request, { run, resolve, reject, reach });
    this.#send(message);
    if (reach !== undefined) return promise;
    // A call has its tool's timeout; a question must not hold its run for ever either.
    const time = message.type === 'verify' ? VERIFY_TIMEOUT : QUESTION_TIMEOUT;
    const unanswered = setTimeout(() => {
      this.#pending.delete(message.request);
      reject(unansweredQuestion(message, time));
    }, time);
    return promise.finally(() => clearTimeout(unanswered));
  }

  async #fetch({ fetch, request, call }: Extract<FromHost, { type: 'fetch' }>): Promise<void> {
    const aborted = new AbortController();
    this.#fetches.set(fetch, aborted);
    try {
      const reach = this.#pending.get(request)?.reach;
      if (reach === undefined) throw fetchOutsideCall();
      reach.over ??= new AbortController();
      const signal = AbortSignal.any([reach.signal, reach.over.signal, aborted.signal]);
      const response = await this.#networkFetch(call, reach.network, signal);
      this.#send({ type: 'fetched', fetch, response });
    } catch (error) {
      this.#send({ type: 'fetched', fetch, response: { error: serializeError(error, 'fetch_failed') } });
    } finally {
      this.#fetches.delete(fetch);
    }
  }

  #number(): number {
    const number = this.#next;
    this.#next += 1;
    return number;
  }
}

function interruption(reason: unknown): string {
  return reason instanceof Error ? reason.message : 'The call was interrupted.';
}
