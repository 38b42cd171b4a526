import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `retention`: how long journals are kept. */
export function declareRetention(program: Command, act: Act): void {
  const actions = () => import('../commands/retention.ts');
  const retention = withExamples(
    program
      .command('retention')
      .summary('see and delete what has expired')
      .description(
        'Retention of journals. Works on the database itself, so it needs DATABASE_URL and BULKHEAD_MASTER_KEY, or a running embedded one.',
      ),
    [
      ['retention plan', 'what would go, what stays, and why'],
      ['retention apply', 'delete it, after a question'],
      ['retention set short 14d', 'keep a class for another time'],
    ],
  );
  withExamples(
    retention
      .command('plan')
      .summary('show what would go')
      .description('Shows each partition of the journal, whether it may be dropped, and what keeps it.'),
    [['retention plan --json', 'as one document']],
  ).action((_: object, command: Command) =>
    act(command, async (context) => (await actions()).planRetention(context)),
  );
  withExamples(
    retention
      .command('apply')
      .summary('delete what has expired')
      .description(
        'Drops each partition of which every run has ended, has expired and is not held, with all that belongs to its runs. There is no way back. What was cut off is finished by the next call.',
      )
      .option('--yes', 'do not ask'),
    [['retention apply --yes', 'as a job of every night']],
  ).action(({ yes }: { yes?: boolean }, command: Command) =>
    act(command, async (context) => (await actions()).applyRetention(context, yes === true)),
  );
  withExamples(
    retention
      .command('set')
      .summary('say how long a class is kept')
      .description(
        'Says how long after their end runs of a class are kept, also those that are there already.',
      )
      .argument('<class>', 'standard or short')
      .argument('<duration>', 'whole days')
      // So that -5d is told to be no such duration, rather than no such option.
      .allowUnknownOption(),
    [['retention set standard 730d', 'two years']],
  ).action((name: string, duration: string, _: object, command: Command) =>
    act(command, async (context) => (await actions()).setRetention(context, name, duration)),
  );
}
