import { sendJson, serve } from '../http/serve.ts';
import { isRecord } from './chat-body.ts';
import { FakeBatches } from './fake-batches.ts';
import { type Fault, type FaultKind, type FaultSettings, keepsReply } from './fault.ts';
import { type FakeReply, toScript } from './reply.ts';
import { sendBatchAnswer, sendError, sendStream, sendWhole } from './send.ts';
import type { FakeModelRequest, Wire } from './wire.ts';

/** Decides on a reply from the request. */
type Answer = (request: FakeModelRequest) => FakeReply | Promise<FakeReply>;

/** A model provider of a test: a real HTTP server that says what the test wrote. */
export type FakeProvider = {
  url: string;
  /** What the provider's package takes as its base URL. */
  baseURL: string;
  /** The variables with which a registry finds this provider. */
  environment: Record<string, string>;
  /** Every call for an answer, in the order of arrival, refused ones too. */
  requests: FakeModelRequest[];
  /** The texts of every call for embeddings: to this provider all mean the same, and each is 7 tokens long. */
  embedded: string[][];
  /** Batches that were handed over. Their calls are answered as single ones are, when the batch ends. */
  batches: FakeBatches;
  /** Queues a reply. Queued replies come before {@link answer}. */
  reply(reply: FakeReply): void;
  /** Answers every call for which no reply is queued. */
  answer(answer: Answer): void;
  /** Spoils the next call, or the next `times` calls. Faults that leave no answer leave the queued reply too. */
  fault<Kind extends FaultKind>(
    kind: Kind,
    settings?: Partial<FaultSettings[Kind]> & { times?: number },
  ): void;
  stop(): Promise<void>;
};

const defaults: FaultSettings = {
  rate_limited: {},
  server_error: {},
  refused: {},
  hang: {},
  cut_stream: { afterChunks: 0 },
  stream_error: { afterChunks: 0 },
  garbled: {},
  malformed_tool_arguments: {},
  slow: { delay: 20 },
};

/** Starts a provider that speaks `wire`. */
export async function startFakeProvider({
  wire,
  environmentOf,
  models,
}: {
  wire: Wire;
  environmentOf: (baseURL: string) => Record<string, string>;
  models: readonly string[];
}): Promise<FakeProvider> {
  const requests: FakeModelRequest[] = [];
  const embedded: string[][] = [];
  const replies: FakeReply[] = [];
  const faults: Fault[] = [];
  let answer: Answer | undefined;
  let number = 0;

  const scriptOf = (reply: FakeReply, request: FakeModelRequest) => {
    number += 1;
    return toScript(reply, { number, model: request.model, prompt: JSON.stringify(request.body) });
  };
  const batches = new FakeBatches(async (path, headers, body) => {
    const asked = wire.read(path, body);
    if (asked === undefined) return wire.notFound(path);
    const request: FakeModelRequest = { path, headers, body, ...asked, aborted: false };
    const wrong = wire.check(headers, body);
    const fault = wrong === undefined ? faults.shift() : undefined;
    const early = wrong ?? (fault === undefined ? undefined : refusalOf(wire, fault));
    if (early !== undefined) return early;
    const reply = replies.shift() ?? (await answer?.(request));
    if (reply === undefined) return wire.error(400, 'nothing_scripted', 'This fake has no reply left.');
    return { status: 200, body: wire.whole(scriptOf(reply, request)) };
  });

  const server = await serve(async (incoming, response) => {
    const aboutBatches = await wire.batches?.(batches, incoming);
    if (aboutBatches !== undefined) return sendBatchAnswer(response, wire, aboutBatches);
    if (incoming.method === 'GET' && incoming.path === '/v1/models' && wire.models !== undefined) {
      return sendJson(response, 200, wire.models(models));
    }
    const body = isRecord(incoming.body) ? incoming.body : {};
    if (incoming.path === '/v1/embeddings' && wire.embeddings !== undefined && Array.isArray(body.input)) {
      embedded.push(body.input);
      return sendJson(response, 200, wire.embeddings(body.input.length));
    }
    const asked = incoming.method === 'POST' ? wire.read(incoming.path, body) : undefined;
    if (asked === undefined) return sendError(response, wire, wire.notFound(incoming.path));
    const { path, headers } = incoming;
    const request: FakeModelRequest = { path, headers, body, ...asked, aborted: false };
    requests.push(request);
    response.on('close', () => {
      request.aborted = !response.writableFinished;
    });
    const wrong = wire.check(incoming.headers, incoming.body);
    if (wrong !== undefined) return sendError(response, wire, wrong);
    const fault = faults.shift();
    const early = fault === undefined ? undefined : refusalOf(wire, fault);
    if (early !== undefined) return sendError(response, wire, early);
    if (fault?.kind === 'hang' && fault.settings.afterChunks === undefined) return;
    const reply = (keepsReply(fault) ? replies[0] : replies.shift()) ?? (await answer?.(request));
    if (reply === undefined && !keepsReply(fault)) {
      return sendError(response, wire, wire.error(400, 'nothing_scripted', 'This fake has no reply left.'));
    }
    const script = scriptOf(reply ?? { text: 'never heard' }, request);
    if (fault?.kind === 'malformed_tool_arguments') {
      for (const call of script.toolCalls) call.arguments = call.arguments.slice(0, -1);
    }
    if (request.stream) await sendStream(response, wire, wire.frames(script, request.body), fault);
    else await sendWhole(response, wire, wire.whole(script), fault);
  });

  const baseURL = `${server.url}${wire.version ?? '/v1'}`;
  return {
    url: server.url,
    baseURL,
    environment: environmentOf(baseURL),
    requests,
    embedded,
    batches,
    reply: (reply) => {
      replies.push(reply);
    },
    answer: (next) => {
      answer = next;
    },
    fault: (kind, { times = 1, ...settings } = {}) => {
      const fault = { kind, settings: { ...defaults[kind], ...settings } } as Fault;
      for (let time = 0; time < times; time += 1) faults.push(fault);
    },
    stop: server.stop,
  };
}

function refusalOf(wire: Wire, fault: Fault) {
  switch (fault.kind) {
    case 'rate_limited': {
      const { retryAfter, retryAfterMs, code } = fault.settings;
      const headers = {
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
        ...(retryAfterMs === undefined ? {} : { 'retry-after-ms': String(retryAfterMs) }),
      };
      return { ...wire.error(429, code, undefined), headers };
    }
    case 'server_error':
      return wire.error(fault.settings.status ?? wire.overloaded, undefined, undefined);
    case 'refused':
      return wire.error(fault.settings.status ?? 400, fault.settings.code, fault.settings.message);
    default:
      return undefined;
  }
}
