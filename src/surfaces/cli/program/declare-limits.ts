import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

const AGENT = ['--agent <name>', 'of one agent or workflow; default: of all together'] as const;

/** `limits`: how many runs may be under way at once. */
export function declareLimits(program: Command, act: Act): void {
  const actions = () => import('../commands/limits.ts');
  const limits = withExamples(
    program
      .command('limits')
      .summary('limit how many runs are under way at once')
      .description('Limits of runs at once, of an agent or of all together. Further runs wait in the queue.'),
    [
      ['limits set 20', 'all agents together'],
      ['limits set 2 --agent nightly-report', 'one of them'],
      ['limits list', 'limits, and how many runs are under way'],
      ['limits clear --agent nightly-report', 'no longer'],
    ],
  );
  withExamples(
    limits
      .command('list')
      .summary('list limits')
      .description('Lists limits, and how many runs are under way.'),
    [['limits list --json', 'for a program']],
  ).action((_: object, command: Command) =>
    act(command, async (context) => (await actions()).listLimits(context)),
  );
  withExamples(
    limits
      .command('set')
      .summary('set a limit')
      .description(
        'Sets a limit. Runs under way are not stopped; one that waits needs a place again to go on.',
      )
      .argument('<running>', 'runs at once; with 0 none is taken up')
      .option(...AGENT),
    [
      ['limits set 20', 'all agents together'],
      ['limits set 0 --agent nightly-report', 'none of this agent is taken up any more'],
    ],
  ).action((running: string, { agent }: { agent?: string }, command: Command) =>
    act(command, async (context) => (await actions()).setLimit(context, running, agent)),
  );
  withExamples(
    limits
      .command('clear')
      .summary('clear a limit')
      .description('Clears a limit: runs that waited for it begin.')
      .option(...AGENT),
    [
      ['limits clear', 'that of all together; those of agents stand'],
      ['limits clear --agent nightly-report', 'that of one agent'],
    ],
  ).action(({ agent }: { agent?: string }, command: Command) =>
    act(command, async (context) => (await actions()).clearLimit(context, agent)),
  );
}
