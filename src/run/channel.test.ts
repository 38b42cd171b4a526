import { Duplex, PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openChannel } from './channel.ts';

/** 16 MB. */
const LARGEST_MESSAGE = 2 ** 24;

/** A channel whose bytes a test writes and reads. */
function open() {
  const incoming = new PassThrough();
  const outgoing = new PassThrough();
  const received: unknown[] = [];
  const failures: Error[] = [];
  const stream = Duplex.from({ readable: incoming, writable: outgoing });
  const { send } = openChannel<unknown, unknown>(stream, {
    receive: (message) => {
      if (message === 'throw') throw new Error('who reads it threw');
      received.push(message);
    },
    fail: (error) => failures.push(error),
  });
  return { incoming, outgoing, received, failures, send };
}

function framed(text: string, length = Buffer.byteLength(text)): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(length);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('a channel', () => {
  it('sends a message as its length and its JSON', async () => {
    const { send, outgoing } = open();
    send({ type: 'grüße' });
    const [chunk] = await Array.fromAsync(outgoing.take(1));
    expect(chunk).toEqual(framed('{"type":"grüße"}'));
  });

  it('sends the messages of one turn in one write', async () => {
    const { send, outgoing } = open();
    send(1);
    send(2);
    const [chunk] = await Array.fromAsync(outgoing.take(1));
    expect(chunk).toEqual(Buffer.concat([framed('1'), framed('2')]));
  });

  it('receives messages however they are cut', async () => {
    const { incoming, received } = open();
    const bytes = Buffer.concat([framed('{"a":"ü"}'), framed('[]'), framed('null')]);
    for (const byte of bytes) incoming.write(Buffer.of(byte));
    await expect.poll(() => received).toEqual([{ a: 'ü' }, [], null]);
    incoming.write(Buffer.concat([framed('1'), framed('2'), framed('3').subarray(0, 4)]));
    await expect.poll(() => received.slice(3)).toEqual([1, 2]);
  });

  it('fails on what is no JSON, on what is too large, and on what its reader does not take', async () => {
    for (const bytes of [framed('{{'), framed('', LARGEST_MESSAGE + 1), framed('"throw"')]) {
      const { incoming, received, failures } = open();
      incoming.write(bytes);
      await expect.poll(() => failures.length).toBe(1);
      expect(received).toEqual([]);
    }
  });

  it('reads nothing of a message that says it is too large', async () => {
    const { incoming, failures } = open();
    incoming.write(framed('', LARGEST_MESSAGE + 1));
    await expect.poll(() => failures[0]).toMatchObject({ code: 'message_too_large' });
  });

  it('refuses to send what would not be accepted, and goes on', async () => {
    const { send, outgoing } = open();
    const refusal = expect.objectContaining({
      code: 'message_too_large',
      message: expect.stringMatching(
        /^A value of 16777219 bytes is more than the 16777216 .* Return a reference/,
      ),
    });
    expect(() => send('x'.repeat(LARGEST_MESSAGE + 1))).toThrow(refusal);
    send('small');
    const [chunk] = await Array.fromAsync(outgoing.take(1));
    expect(chunk).toEqual(framed('"small"'));
  });
});
