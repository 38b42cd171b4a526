import { type Command, Option } from 'commander';
import { LANES, RUN_STATUSES } from '../../../contract/run.ts';
import type { RunFilters } from '../commands/list-runs.ts';
import type { RunOptions } from '../commands/run-agent.ts';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `run`, `runs`, `journal`. */
export function declareRuns(program: Command, act: Act): void {
  withExamples(
    program
      .command('run')
      .summary('submit a run and watch it')
      .description(
        'Submits a run and shows its steps and its text until it ends. The answer goes to standard output, all else to standard error.\nExits with 0 when the run succeeded, with 1 when it did not. Ctrl-C leaves the run going.',
      )
      .argument('<agent>', 'a deployed agent or workflow')
      .argument('<input>', 'the message, or JSON where the definition asks for more; - reads standard input')
      .option('--session <name>', 'the conversation that it belongs to')
      .addOption(new Option('--lane <lane>', 'its priority; default: normal').choices(LANES))
      .option('--subject <whom>', 'whom it is about, as your own systems name them')
      .option('--budget-usd <usd>', 'what it may spend at most')
      .option('--no-wait', 'print its id and go'),
    [
      ['run support "Is the line of AC-1043 working?"', 'ask an agent'],
      ['run support "And the bill?" --session ann --json', 'in a conversation, as JSON lines'],
      ['run onboarding - --no-wait < application.json', 'a workflow, from a file'],
    ],
  ).action((agent: string, input: string, options: RunOptions, command: Command) =>
    act(command, async (context) =>
      (await import('../commands/run-agent.ts')).runAgent(context, agent, input, options),
    ),
  );

  const runs = withExamples(
    program
      .command('runs')
      .summary('list runs; show or cancel one')
      .description('Lists runs, the newest first.')
      .option('--agent <name>', 'of this agent or workflow')
      .addOption(new Option('--status <status>', 'in this state').choices(RUN_STATUSES))
      .option('--session <name>', 'of this conversation')
      .option('--subject <whom>', 'about them')
      .option('--limit <count>', 'at most so many, up to 100; default: 20')
      .option('--cursor <cursor>', 'where the page before ended'),
    [
      ['runs', 'the latest'],
      ['runs --status waiting --json', 'what waits, as JSON'],
      ['runs show 0197f3c2-…', 'all about one'],
      ['runs cancel 0197f3c2-…', 'stop one'],
    ],
  ).action((filters: RunFilters, command: Command) =>
    act(command, async (context) => (await import('../commands/list-runs.ts')).listRuns(context, filters)),
  );
  withExamples(
    runs
      .command('show')
      .summary('show a run')
      .description('Shows a run, its answer, and what it waits for.')
      .argument('<id>', 'of the run'),
    [['runs show 0197f3c2-…', 'its state, answer and costs']],
  ).action((id: string, _: object, command: Command) =>
    act(command, async (context) => (await import('../commands/show-run.ts')).showRun(context, id)),
  );
  withExamples(
    runs
      .command('cancel')
      .summary('cancel a run')
      .description('Asks a run to stop. What its tools declare how to undo is undone.')
      .argument('<id>', 'of the run'),
    [['runs cancel 0197f3c2-…', 'stop it']],
  ).action((id: string, _: object, command: Command) =>
    act(command, async (context) => (await import('../commands/cancel-run.ts')).cancelRun(context, id)),
  );

  withExamples(
    program
      .command('journal')
      .summary('show all that a run did')
      .description('Shows every entry of the journal of a run, the oldest first; JSON lines with --json.')
      .argument('<run>', 'its id'),
    [
      ['journal 0197f3c2-…', 'to read'],
      ['journal 0197f3c2-… --json', 'to work with'],
    ],
  ).action((run: string, _: object, command: Command) =>
    act(command, async (context) => (await import('../commands/show-journal.ts')).showJournal(context, run)),
  );
}
