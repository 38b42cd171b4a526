import { reportFailure } from './failure.ts';
import { runCommandLine } from './run-command-line.ts';
import { interrupt } from './signals.ts';
import { processTerminal } from './terminal.ts';

/** The command line tool, in this very process. Ends the process. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const terminal = processTerminal();
  const fail = (error: unknown) => process.exit(reportFailure(terminal, words.includes('--json'), error));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever read us has gone, as `head` does and a closed terminal; what is up goes down in order.
    stream.on('error', (error: NodeJS.ErrnoException) =>
      ['EPIPE', 'EIO'].includes(error.code ?? '') ? interrupt() : fail(error),
    );
  }
  const code = await runCommandLine(words, terminal);
  await Promise.all([process.stdout, process.stderr].map(written));
  process.exit(code);
}

/** Pipes may take what was written later; ending the process would cut it off. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
