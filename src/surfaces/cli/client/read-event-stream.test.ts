import { describe, expect, it } from 'vitest';
import { collect } from '../testing/collect.ts';
import { readEventStream, type ServerSentEvent } from './read-event-stream.ts';

async function read(...pieces: (string | Uint8Array)[]): Promise<ServerSentEvent[]> {
  async function* body() {
    for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  }
  return collect(readEventStream(body()));
}

describe('server-sent events', () => {
  it('are read with name, data and id', async () => {
    expect(await read('id: 3.0\nevent: entry\ndata: {"a":1}\n\nevent: end\ndata: x\n\n')).toEqual([
      { id: '3.0', event: 'entry', data: '{"a":1}' },
      { id: undefined, event: 'end', data: 'x' },
    ]);
  });

  it('may arrive in any pieces, also cut inside a character', async () => {
    const bytes = Buffer.from('data: línea\n\n');
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(await read(...pieces)).toEqual([{ event: 'message', data: 'línea', id: undefined }]);
  });

  it('may have several lines of data, and end their lines as Windows does', async () => {
    expect(await read('data: a\r\ndata: b\r\n\r\n')).toEqual([
      { event: 'message', data: 'a\nb', id: undefined },
    ]);
  });

  it('pass over comments, and over what was cut off', async () => {
    expect(await read(': still here\n\n', 'data: whole\n\n', 'data: cut')).toEqual([
      { event: 'message', data: 'whole', id: undefined },
    ]);
  });

  it('show that something arrived, also a comment', async () => {
    let activity = 0;
    async function* body() {
      yield Buffer.from(': still here\n\n');
    }
    await collect(readEventStream(body(), () => (activity += 1)));
    expect(activity).toBe(1);
  });
});
