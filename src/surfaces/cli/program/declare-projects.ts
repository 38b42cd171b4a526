import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `deploy`, `init`. */
export function declareProjects(program: Command, act: Act): void {
  withExamples(
    program
      .command('deploy')
      .summary('deploy a project')
      .description(
        'Builds a folder and makes it the version that new runs take; runs under way keep theirs. A definition that is no longer in the folder stays deployed.',
      )
      .argument('<folder>', 'the project'),
    [
      ['deploy .', 'the project in this folder'],
      ['deploy agents/support --json', 'another one, its version as JSON'],
    ],
  ).action((folder: string, _: object, command: Command) =>
    act(command, async (context) => (await import('../commands/deploy.ts')).deploy(context, folder)),
  );

  withExamples(
    program
      .command('init')
      .summary('write a small project that runs')
      .description('Writes a project with one agent and one tool into an empty or a new folder.')
      .argument('<folder>', 'where to'),
    [['init desk', 'then: cd desk && npm install && npm run dev']],
  ).action((folder: string, _: object, command: Command) =>
    act(command, async (context) => (await import('../commands/init.ts')).init(context, folder)),
  );
}
