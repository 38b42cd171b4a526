import { CommanderError } from 'commander';
import { BulkheadError } from '../../contract/errors.ts';
import { reportFailure } from './failure.ts';
import { createProgram } from './program/create-program.ts';
import type { Terminal } from './terminal.ts';

/**
 * Does what a command line says.
 *
 * @param words without the program's own name
 * @returns the exit code: 0 ok, 1 failed, 2 wrong usage
 * @example
 * process.exitCode = await runCommandLine(['runs', '--json'], processTerminal());
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    const json = words.includes('--json');
    if (!(error instanceof CommanderError)) return reportFailure(terminal, json, error);
    if (error.exitCode === 0) return 0;
    // The help has been shown instead of an error.
    if (error.code === 'commander.help') return 2;
    return reportFailure(terminal, json, usageError(error, words, program));
  }
}

type Named = { name(): string; commands: readonly Named[] };

function usageError({ message }: CommanderError, words: readonly string[], program: Named): BulkheadError {
  const sentence = message.replace(/^error: /, '').replace(/\.?\s*$/, '');
  return new BulkheadError({
    code: 'usage',
    message: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1).replaceAll('\n', ' ')}. See \`${[...path(program, words)].join(' ')} --help\`.`,
  });
}

/** The command that was meant, as far as the words name one. */
function* path(program: Named, words: readonly string[]): Iterable<string> {
  yield program.name();
  let [found, rest]: [Named | undefined, readonly string[]] = [program, words];
  while (found !== undefined) {
    const next = rest.findIndex((word) => !word.startsWith('-'));
    found = found.commands.find((command) => command.name() === rest[next]);
    rest = rest.slice(next + 1);
    if (found !== undefined) yield found.name();
  }
}
