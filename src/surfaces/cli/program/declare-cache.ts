import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `cache`: what caches save, how often they are wrong, and clearing them. */
export function declareCache(program: Command, act: Act): void {
  const actions = () => import('../commands/cache.ts');
  const cache = withExamples(
    program
      .command('cache')
      .summary('see what caches save, clear them')
      .description(
        'Caches of model answers and of tool results: how often they answer, what that saves, and how often it is wrong.',
      ),
    [
      ['cache', 'hits, savings, and the share of wrong hits'],
      ['cache clear --tag account', 'results of tools with this tag'],
      [
        'cache mark 01990000-0000-7000-8000-000000000001 main/model/1 --wrong',
        'an answer that was not right',
      ],
    ],
  );
  withExamples(
    cache
      .command('show', { isDefault: true })
      .summary('show hits and savings')
      .description('Shows how often caches answered in the last 30 days, and how the semantic ones stand.'),
    [['cache show --json', 'for a program']],
  ).action((_: object, command: Command) =>
    act(command, async (context) => (await actions()).showCaches(context)),
  );
  withExamples(
    cache
      .command('clear')
      .summary('clear cached results and answers')
      .description('Clears what is cached: nothing is given again that was asked for before.')
      .option('--tag <tag...>', 'results of tools that declare one of these tags')
      .option('--agent <name>', 'all that is cached for an agent or a workflow'),
    [
      ['cache clear --tag account invoice', 'results that tell of either'],
      ['cache clear --agent support', 'all that is cached for one agent'],
    ],
  ).action((options: { tag?: string[]; agent?: string }, command: Command) =>
    act(command, async (context) => (await actions()).clearCache(context, options)),
  );
  withExamples(
    cache
      .command('mark')
      .summary('say whether an answer of the semantic cache was wrong')
      .description(
        'Says of an answer that was found by meaning whether it was wrong. It stands above a comparison.',
      )
      .argument('<run>', 'the run that got the answer')
      .argument('<step>', 'its step, as `bulkhead journal` shows it')
      .option('--wrong', 'it did not answer what was asked')
      .option('--right', 'it did'),
    [['cache mark 01990000-0000-7000-8000-000000000001 main/model/1 --wrong', 'it counts at once']],
  ).action((run: string, key: string, options: { wrong?: boolean; right?: boolean }, command: Command) =>
    act(command, async (context) => (await actions()).markHit(context, run, key, options)),
  );
}
