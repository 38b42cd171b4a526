import type { HttpRequest } from '../http/serve.ts';
import type { FakeBatches } from './fake-batches.ts';
import type { Script } from './reply.ts';

/** One server-sent event. */
export type Frame = {
  text: string;
  /** It carries a piece of the answer, and counts for `afterChunks`. */
  content: boolean;
};

/** A failure as a provider words it. */
export type WireError = { status: number; body: unknown; headers?: Record<string, string> };

/** What a test asked of a provider, in the terms that all providers share. */
export type FakeModelRequest = {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
  model: string;
  stream: boolean;
  /** The text of the last message of the user. */
  text: string;
  /** Whether the connection closed before the answer was complete. */
  aborted: boolean;
};

export type AskedOf = Pick<FakeModelRequest, 'model' | 'stream' | 'text'>;

/** How a provider speaks of batches. @returns undefined: it is about something else */
export type BatchWire = (batches: FakeBatches, request: HttpRequest) => Promise<BatchAnswer | undefined>;

/** JSON, or the lines of a JSONL file. `lost`: the connection breaks in its place. */
export type BatchAnswer = { status: number; body: unknown } | { lines: readonly unknown[] } | 'lost';

/** How a provider speaks: paths, bodies, events and errors. */
export type Wire = {
  /** The version in its base URL. Default `/v1`. */
  version?: string;
  /** What a call is about, as its path and body say it; undefined where there is nothing. */
  read(path: string, body: Readonly<Record<string, unknown>>): AskedOf | undefined;
  /** Name of the header with the request's id. */
  requestIdHeader: string;
  /** @returns what is wrong with a request, as the real one would say it */
  check(headers: Readonly<Record<string, string>>, body: unknown): WireError | undefined;
  whole(script: Script): unknown;
  frames(script: Script, body: Readonly<Record<string, unknown>>): Frame[];
  error(status: number, code: string | undefined, message: string | undefined): WireError;
  /** A failure within a stream. */
  errorFrame(): Frame;
  /** The status with which it is overloaded. */
  overloaded: number;
  notFound(path: string): WireError;
  /** Its batch interface, where it has one. */
  batches?: BatchWire;
  /** What is said to `POST /v1/embeddings` of so many texts, where there is such a path. */
  embeddings?(count: number): unknown;
  /** The list of models, where there is one. */
  models?(names: readonly string[]): unknown;
};
