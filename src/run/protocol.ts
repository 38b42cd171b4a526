import type { ResolvedApproval } from '../contract/approval.ts';
import type { Budget } from '../contract/budget.ts';
import type { PlainOperation } from '../contract/entry.ts';
import type { SerializedError } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import type { BundleManifest } from '../contract/manifest.ts';
import type { ModelRequest } from '../contract/model.ts';
import type { ParseResult } from '../contract/schema.ts';

/** How a step or a request ended. */
export type Settled = { ok: true; value: Json } | { ok: false; error: SerializedError };

/** A step that the journal already holds; `settled` is absent while it is incomplete. */
export type RecordedStep = { key: string; requestHash: string; settled?: Settled };

/** What the code of a run is told of it. */
export type HostRun = { id: string; tenant: string; agent: string; session?: string; subject?: string };

/** A step that the worker carries out for the code. */
export type StepRequest =
  | {
      operation: 'tool';
      tool: string;
      input: Json;
      toolCallId?: string;
      batch?: { id: string; size: number };
    }
  | { operation: 'model'; request: ModelRequest }
  | { operation: 'sleep'; duration: number }
  | { operation: 'child'; definition: string; input: Json; budget?: Budget }
  | { operation: 'review'; title: string; detail: Json; expiresAfter?: number }
  /** `problem`: why there is no answer of a model, or why one that was given before is none. */
  | { operation: 'escalate'; question: Json; draft: string; confidence: number; problem?: string }
  | { operation: 'session' };

/** From the worker to the code host. */
export type ToHost =
  /** A part of what a start tells, sent before it where one message would be too large. */
  | { type: 'recorded'; execution: number; steps: RecordedStep[] }
  /** Runs a definition from its first line. `delivery` counts what was delivered to the execution. */
  | {
      type: 'start';
      execution: number;
      definition: string;
      input: Json;
      run: HostRun;
      recorded: RecordedStep[];
      delivery: number;
    }
  | { type: 'settle'; execution: number; key: string; settled: Settled; delivery: number }
  | { type: 'abandon'; execution: number }
  | { type: 'parse'; request: number; definition: string; tool: string; input: Json }
  | {
      type: 'approval';
      request: number;
      definition: string;
      tool: string;
      input: Json;
      toolCallId: string;
      run: HostRun;
    }
  | {
      type: 'invoke';
      request: number;
      definition: string;
      tool: string;
      input: Json;
      idempotencyKey: string;
      toolCallId: string;
      run: HostRun;
      /** Present when the tool's `compensate` is to run: the output that it undoes. */
      compensates?: { output: Json };
    }
  /** Asks the author whether an answer will do. */
  | { type: 'verify'; request: number; definition: string; answer: Json; input: Json }
  | { type: 'abort'; request: number; reason: string }
  | { type: 'fetched'; fetch: number; response: FetchResponse | { error: SerializedError } }
  | { type: 'ping'; number: number };

/** From the code host to the worker. */
export type FromHost =
  | { type: 'ready'; manifest: BundleManifest }
  | { type: 'refused'; error: SerializedError }
  /** `parsed`: what a tool's schema makes of its input, where it says so at once. */
  | {
      type: 'step';
      execution: number;
      key: string;
      requestHash: string;
      request: StepRequest;
      parsed?: ParseResult;
    }
  /** A step that the code answered itself and wants recorded; `awaited`: it goes on when it is told so by `settle`. */
  | {
      type: 'record';
      execution: number;
      key: string;
      requestHash: string;
      operation: PlainOperation;
      settled: Settled;
      awaited: boolean;
    }
  /** Everything delivered so far is digested: the code waits for nothing but its open steps. */
  | { type: 'idle'; execution: number; delivery: number }
  | { type: 'finished'; execution: number; settled: Settled }
  /** The code goes on as a new run, with this input. */
  | { type: 'continued'; execution: number; input: Json }
  | { type: 'answer'; request: number; answer: HostAnswer }
  | { type: 'fetch'; fetch: number; request: number; call: FetchCall }
  /** Nobody waits for that answer any more. */
  | { type: 'fetch-aborted'; fetch: number }
  | { type: 'pong'; number: number };

export type HostAnswer =
  | { kind: 'parsed'; result: ParseResult }
  | { kind: 'approval'; result: ResolvedApproval }
  | { kind: 'verified'; passed: boolean }
  | { kind: 'settled'; settled: Settled };

/** A tool's `fetch`, carried out by the worker against the tool's `network`. Bodies are base64. */
export type FetchCall = {
  url: string;
  method: string;
  headers: [string, string][];
  body: string | null;
  redirect: 'follow' | 'error' | 'manual';
};
export type FetchResponse = {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: [string, string][];
  body: string;
};
