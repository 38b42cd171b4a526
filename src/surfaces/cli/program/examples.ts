import type { Command } from 'commander';

/**
 * Adds examples to a command's help: each a command line without the program's name, and what it does.
 *
 * @example
 * withExamples(program.command('runs'), [['runs --status waiting', 'what waits']]);
 */
export function withExamples(command: Command, examples: readonly [string, string][]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) => `  bulkhead ${line.padEnd(width)}  ${does}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}\n`);
}
