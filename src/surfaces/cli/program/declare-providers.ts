import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `providers`: which model providers are down. */
export function declareProviders(program: Command, act: Act): void {
  const actions = () => import('../commands/providers.ts');
  withExamples(
    program
      .command('providers')
      .summary('list which model providers are down')
      .description(
        'Lists providers and models that are down, or were within the last month: open is not asked, half-open is being tried, closed answers again.',
      ),
    [['providers', 'which, since when, and when they are tried again']],
  ).action((_: object, command: Command) =>
    act(command, async (context) => (await actions()).listProviders(context)),
  );
}
