import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `hold`: what retention must leave. */
export function declareHolds(program: Command, act: Act): void {
  const actions = () => import('../commands/holds.ts');
  const hold = withExamples(
    program
      .command('hold')
      .summary('hold runs back from retention')
      .description('Holds: what is held is not deleted, however old it is.'),
    [
      ['hold set subject:customer-7 --reason "Case 7"', 'all runs about somebody'],
      ['hold set run:0197f3c2-… --reason "Case 7"', 'one run with its children'],
      ['hold set "*" --reason "Audit"', 'everything'],
      ['hold list', 'what is held, and why'],
      ['hold release 8a11…', 'no longer'],
    ],
  );
  withExamples(
    hold
      .command('list')
      .summary('list holds')
      .description('Lists what is held.')
      .option('--all', 'and what was released'),
    [['hold list --all', 'with those that were released']],
  ).action(({ all }: { all?: boolean }, command: Command) =>
    act(command, async (context) => (await actions()).listHolds(context, all === true)),
  );
  withExamples(
    hold
      .command('set')
      .summary('hold something')
      .description('Holds something until it is released.')
      .argument('<target>', "run:<id>, session:<name>, subject:<name> or '*'")
      .requiredOption('--reason <text>', 'recorded'),
    [['hold set session:ann --reason "Case 7"', 'a conversation']],
  ).action((target: string, { reason }: { reason: string }, command: Command) =>
    act(command, async (context) => (await actions()).setHold(context, target, reason)),
  );
  withExamples(
    hold.command('release').summary('end a hold').description('Ends a hold.').argument('<id>', 'of the hold'),
    [['hold release 8a11…', 'its runs go the way of their age']],
  ).action((id: string, _: object, command: Command) =>
    act(command, async (context) => (await actions()).releaseHold(context, id)),
  );
}
