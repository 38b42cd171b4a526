import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { invocationOf } from './invocation.ts';
import type { Environment } from './settings.ts';
import { interruption } from './signals.ts';

/** All that a command knows of the process that it runs in. */
export type Terminal = {
  /** To standard output, as it is. */
  out(text: string): void;
  /** To standard error, as it is. */
  error(text: string): void;
  /** Standard output is a terminal that a person looks at. */
  interactive: boolean;
  /** Off without a terminal, and where `NO_COLOR` is set (no-color.org). */
  colour: boolean;
  /** Of the terminal; undefined where lines may be as long as they are. */
  columns: number | undefined;
  environment: Environment;
  /** The current folder. */
  folder: string;
  /** How this program is called again: `bulkhead`, `npx bulkhead`, `node bin/bulkhead.js`. */
  invocation: string;
  /** All of standard input. */
  input(): Promise<string>;
  /** Standard input and output as they are, for what is no text. */
  streams(): { input: Readable; output: Writable };
  /** Asks a person and gives the answer; undefined where nobody can answer. */
  ask(question: string): Promise<string | undefined>;
  /** Fires at the first Ctrl-C or SIGTERM; from the first call on these no longer end the process by themselves. */
  interruption(): AbortSignal;
};

/** The terminal of this very process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const interactive = stdout.isTTY === true;
  return {
    out: (written) => void stdout.write(written),
    error: (written) => void stderr.write(written),
    interactive,
    colour: interactive && !env.NO_COLOR && env.TERM !== 'dumb',
    columns: interactive ? stdout.columns : undefined,
    environment: env,
    folder: process.cwd(),
    invocation: invocationOf({ program: process.argv[1] ?? '', folder: process.cwd(), environment: env }),
    input: () => text(stdin),
    ask: (question) => ask(question, stdin, process.stderr),
    streams: () => ({ input: stdin, output: stdout }),
    interruption,
  };
}

async function ask(
  question: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<string | undefined> {
  if (input.isTTY !== true) return undefined;
  const reader = createInterface({ input, output });
  try {
    return await reader.question(question);
  } catch {
    // Ctrl-C or Ctrl-D instead of an answer.
    return undefined;
  } finally {
    reader.close();
  }
}
