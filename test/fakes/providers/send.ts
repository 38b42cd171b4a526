import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendJson } from '../http/serve.ts';
import type { Fault } from './fault.ts';
import type { BatchAnswer, Frame, Wire, WireError } from './wire.ts';

/** Refuses a call. */
export function sendError(response: ServerResponse, wire: Wire, { status, body, headers }: WireError): void {
  sendJson(response, status, body, { [wire.requestIdHeader]: 'req_fake', ...headers });
}

/** Answers a request about batches. */
export function sendBatchAnswer(response: ServerResponse, wire: Wire, answer: BatchAnswer): void {
  if (answer === 'lost') {
    response.destroy();
    return;
  }
  if ('status' in answer) return sendJson(response, answer.status, answer.body);
  const text = answer.lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  response.writeHead(200, { 'content-type': 'application/jsonl', [wire.requestIdHeader]: 'req_fake' });
  response.end(text);
}

/** Sends an answer that was not asked for as a stream. */
export async function sendWhole(
  response: ServerResponse,
  wire: Wire,
  body: unknown,
  fault: Fault | undefined,
) {
  const text = fault?.kind === 'garbled' ? '<html>' : JSON.stringify(body);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    [wire.requestIdHeader]: 'req_fake',
  });
  if (fault?.kind === 'slow') await sleep(fault.settings.delay);
  if (fault?.kind === 'hang') return response.flushHeaders();
  if (fault?.kind === 'cut_stream' || fault?.kind === 'stream_error') {
    await write(response, text.slice(0, text.length / 2));
    response.destroy();
    return;
  }
  response.end(text);
}

/** Sends an answer as server-sent events, spoiled as the fault says. */
export async function sendStream(
  response: ServerResponse,
  wire: Wire,
  frames: readonly Frame[],
  fault: Fault | undefined,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    [wire.requestIdHeader]: 'req_fake',
  });
  const last = stopIndex(frames, fault);
  for (const [index, frame] of frames.entries()) {
    if (response.destroyed) return;
    if (index === last) return spoil(response, wire, fault);
    if (frame.content && fault?.kind === 'slow') await sleep(fault.settings.delay);
    await write(response, frame.text);
  }
  response.end();
}

/** The event that is no longer sent: the piece after `afterChunks`, or what follows the last piece. */
function stopIndex(frames: readonly Frame[], fault: Fault | undefined): number | undefined {
  const pieces = frames.flatMap((frame, index) => (frame.content ? [index] : []));
  if (fault?.kind === 'garbled') return pieces[0];
  if (fault?.kind !== 'cut_stream' && fault?.kind !== 'stream_error' && fault?.kind !== 'hang')
    return undefined;
  return pieces[fault.settings.afterChunks ?? 0] ?? (pieces.at(-1) ?? 0) + 1;
}

async function spoil(response: ServerResponse, wire: Wire, fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'cut_stream' && fault.settings.clean !== true) {
    response.destroy();
    return;
  }
  if (fault?.kind === 'stream_error') await write(response, wire.errorFrame().text);
  if (fault?.kind === 'garbled') await write(response, 'data: {"choices": [\n\n');
  response.end();
}

/** Resolves once the bytes are with the system, so that a later cut does not take them along. */
function write(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(text, () => resolve());
  });
}
