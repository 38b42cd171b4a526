import type { Duplex } from 'node:stream';
import { BulkheadError } from '../contract/errors.ts';

/** A host that says more than this in one message is not believed: the worker's memory is not the author's. */
const LARGEST_MESSAGE = 16 * 1024 * 1024;

const HEADER_BYTES = 4;

export type Channel<Sent> = {
  /** Messages of one turn of the event loop leave in one write. */
  send(message: Sent): void;
};

/**
 * Length-prefixed JSON over a stream. Node's own channel has no bound on a message's size, and its
 * environment variable would be visible to author code.
 *
 * @throws BulkheadError `message_too_large` from `send`, when the message would not be accepted.
 */
export function openChannel<Sent, Received>(
  stream: Duplex,
  handlers: { receive: (message: Received) => void; fail: (error: Error) => void },
): Channel<Sent> {
  let parts: Buffer[] = [];
  let scheduled = false;
  const flush = () => {
    scheduled = false;
    const chunk = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    parts = [];
    if (!stream.destroyed) stream.write(chunk);
  };

  let chunks: Buffer[] = [];
  let held = 0;
  /** Bytes that must be there before it is worth looking: joining at each chunk would copy a large message again and again. */
  let wanted = HEADER_BYTES;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    held += chunk.length;
    if (held < wanted) return;
    let pending = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    let offset = 0;
    wanted = HEADER_BYTES;
    while (pending.length - offset >= HEADER_BYTES) {
      const length = pending.readUInt32BE(offset);
      if (length > LARGEST_MESSAGE) return handlers.fail(tooLarge(length));
      const end = offset + HEADER_BYTES + length;
      if (pending.length < end) {
        wanted = HEADER_BYTES + length;
        break;
      }
      const text = pending.toString('utf8', offset + HEADER_BYTES, end);
      offset = end;
      try {
        handlers.receive(JSON.parse(text) as Received);
      } catch (error) {
        return handlers.fail(error instanceof Error ? error : new Error(String(error)));
      }
    }
    pending = pending.subarray(offset);
    chunks = pending.length === 0 ? [] : [pending];
    held = pending.length;
  });
  stream.on('error', handlers.fail);

  return {
    send(message) {
      const body = Buffer.from(JSON.stringify(message));
      if (body.length > LARGEST_MESSAGE) throw tooLarge(body.length);
      const header = Buffer.allocUnsafe(HEADER_BYTES);
      header.writeUInt32BE(body.length);
      parts.push(header, body);
      if (scheduled) return;
      scheduled = true;
      setImmediate(flush);
    },
  };
}

function tooLarge(bytes: number): BulkheadError {
  return new BulkheadError({
    code: 'message_too_large',
    message: `A value of ${bytes} bytes is more than the ${LARGEST_MESSAGE} that may pass between a run's code and its worker. Return a reference to large data, not the data.`,
  });
}
