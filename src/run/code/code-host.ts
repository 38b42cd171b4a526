import type { ResolvedApproval } from '../../contract/approval.ts';
import type { PlainOperation } from '../../contract/entry.ts';
import type { Json } from '../../contract/json.ts';
import type { BundleManifest } from '../../contract/manifest.ts';
import type { ParseResult } from '../../contract/schema.ts';
import type { HostRun, RecordedStep, Settled, StepRequest } from '../protocol.ts';

/** Why a code host ended, and whether this execution may have been the cause. */
export type HostDeath = { code: string; message: string; suspect: boolean };

/** What an execution's code does, as its host tells it. */
export type ExecutionListener = {
  /** `parsed`: what a tool's schema makes of its input, where the host has said so already. */
  step(key: string, requestHash: string, request: StepRequest, parsed?: ParseResult): void;
  /** A value that the code made itself; `awaited`: it goes on when it is told of it in its turn. */
  record(
    key: string,
    requestHash: string,
    operation: PlainOperation,
    settled: Settled,
    awaited: boolean,
  ): void;
  /** The code has digested all that was delivered and waits for its open steps only. */
  idle(): void;
  finished(settled: Settled): void;
  /** The code ends by going on as a new run. */
  continued(input: Json): void;
  died(death: HostDeath): void;
};

export type StartExecution = { definition: string; input: Json; run: HostRun; recorded: RecordedStep[] };

/** One execution in a host. */
export type RunningCode = {
  settle(key: string, settled: Settled): void;
  abandon(): void;
};

export type Invocation = {
  definition: string;
  tool: string;
  input: Json;
  idempotencyKey: string;
  toolCallId: string;
  run: HostRun;
  network: readonly string[];
  compensates?: { output: Json };
};

/** An answer of a model to a call of this definition, and the input of its run. */
export type VerifyCall = { definition: string; answer: Json; input: Json; run: HostRun };

export type ParseCall = { definition: string; tool: string; input: Json; run: HostRun };

/** The author's code of one bundle, loaded somewhere that has no keys. */
export type CodeHost = {
  readonly manifest: BundleManifest;
  start(start: StartExecution, listener: ExecutionListener): RunningCode;
  parse(call: ParseCall): Promise<ParseResult>;
  approval(call: {
    definition: string;
    tool: string;
    input: Json;
    toolCallId: string;
    run: HostRun;
  }): Promise<ResolvedApproval>;
  /** The author's `verify`. @throws BulkheadError what it threw, or `code_stalled` when it does not answer in time */
  verify(call: VerifyCall): Promise<boolean>;
  /** @throws BulkheadError what the tool threw, or `code_host_died` with `outcomeUnknown` */
  invoke(invocation: Invocation, signal: AbortSignal): Promise<Json>;
  /**
   * For a run whose tools run here and whose code does not: `died` is called when the host dies, before what was
   * asked of it fails.
   *
   * @returns what ends the watch
   */
  watch(run: string, died: (death: HostDeath) => void): () => void;
};
