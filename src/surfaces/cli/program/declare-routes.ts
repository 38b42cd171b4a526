import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `route`: what was learned of when an agent's smaller tier will do. */
export function declareRoutes(program: Command, act: Act): void {
  const actions = () => import('../commands/routes.ts');
  const route = withExamples(
    program
      .command('route')
      .summary("learn when an agent's smaller model will do")
      .description(
        'Learns from the runs of an agent for which requests its smaller tier will do. It decides only where it helps on calls that were held out.',
      ),
    [
      ['route train support', 'learn from its runs so far'],
      ['route show support', 'what was learned, and what it saves'],
    ],
  );
  withExamples(
    route
      .command('show')
      .summary('show what was learned')
      .description('Shows the samples, how well they tell requests apart, and the curve of cost and quality.')
      .argument('<agent>', 'an agent or a workflow that declares routing'),
    [['route show support --json', 'for a program']],
  ).action((agent: string, _: object, command: Command) =>
    act(command, async (context) => (await actions()).showRoute(context, agent)),
  );
  withExamples(
    route
      .command('train')
      .summary('learn anew')
      .description(
        'Learns from the newest samples. What was learned before is replaced, also when nothing is gained.',
      )
      .argument('<agent>', 'an agent or a workflow that declares routing')
      .option('--quality <share>', "what the answers must come to, as a share of the larger tier's"),
    [
      ['route train support', 'at the quality that the definition or the operator asks for'],
      ['route train support --quality 0.9', 'cheaper, at nine tenths of the quality'],
    ],
  ).action((agent: string, options: { quality?: string }, command: Command) =>
    act(command, async (context) => (await actions()).trainRoute(context, agent, options)),
  );
}
