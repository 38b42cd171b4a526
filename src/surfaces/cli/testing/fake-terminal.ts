import { Readable, Writable } from 'node:stream';
import type { Environment } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

/** A terminal that remembers what was written to it. */
export type FakeTerminal = Terminal & {
  /** All of standard output. */
  written(): string;
  /** All of standard error. */
  complained(): string;
  /** All that went through the stream of standard output. */
  bytes(): Buffer;
  /** What Ctrl-C does. */
  interrupt(): void;
};

export function fakeTerminal(
  options: {
    environment?: Environment;
    folder?: string;
    interactive?: boolean;
    input?: string | Buffer;
    /** What the person says who is asked; without it nobody is there. */
    answer?: string;
  } = {},
): FakeTerminal {
  const { environment = {}, folder = '/nowhere', interactive = false, input = '', answer } = options;
  const interrupted = new AbortController();
  const pieces: Buffer[] = [];
  let out = '';
  let error = '';
  return {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    interactive,
    colour: false,
    columns: undefined,
    environment,
    folder,
    invocation: 'bulkhead',
    input: async () => String(input),
    ask: async (question) => {
      error += question;
      return answer;
    },
    streams: () => ({
      input: Readable.from([Buffer.from(input)]),
      output: new Writable({
        write(piece: Buffer, _encoding, done) {
          pieces.push(piece);
          done();
        },
      }),
    }),
    interruption: () => interrupted.signal,
    written: () => out,
    complained: () => error,
    bytes: () => Buffer.concat(pieces),
    interrupt: () => interrupted.abort(),
  };
}
