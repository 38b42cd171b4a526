import type { RunSubmission } from '../client/index.ts';
import { shellWord } from '../invocation.ts';
import { showCount } from '../render/amounts.ts';
import { decisionCommands } from '../render/decision-commands.ts';
import type { Paint } from '../render/paint.ts';
import { safeText } from '../render/plain-text.ts';
import type { DevEvent } from './dev-event.ts';

/** How the tasks ended, and what a person may do next: commands to copy. */
export function settledLines(
  { succeeded, ended, waiting, example }: Extract<DevEvent, { event: 'settled' }>,
  { paint, invocation }: { paint: Paint; invocation: string },
): string[] {
  const others = ended - succeeded;
  const counts = [
    ...(succeeded === 0 ? [] : [`${succeeded} succeeded`]),
    ...(others === 0 ? [] : [`${others} ended otherwise`]),
    ...(waiting.length === 0 ? [] : [`${showCount(waiting.length, 'question')} for a person`]),
  ];
  const commands: [string, string][] = [
    ...(example === null ? [] : [['submit another', runCommand(invocation, example)] as [string, string]]),
    ...waiting.map(({ task, kind, review }): [string, string] => [
      `settle task ${task}`,
      decisionCommands(kind, review, invocation)[0] ?? '',
    ]),
    ['see all', `${invocation} runs`],
  ];
  const width = Math.max(...commands.map(([what]) => what.length));
  return [
    '',
    ...(counts.length === 0 ? [] : [paint.bold(`Tasks: ${counts.join(', ')}.`)]),
    ...commands.map(([what, command]) => `${paint.dim(what.padEnd(width))} ${command}`),
    paint.dim('Save a file to deploy it. Ctrl-C stops everything.'),
  ];
}

function runCommand(invocation: string, { agent, input }: RunSubmission): string {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return `${invocation} run ${shellWord(agent)} ${shellWord(safeText(text))}`;
}
