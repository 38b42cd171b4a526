import type { Command } from 'commander';
import { ROLES } from '../../../contract/principal.ts';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `keys`: who may speak to the API. */
export function declareKeys(program: Command, act: Act): void {
  const actions = () => import('../commands/api-keys.ts');
  const keys = withExamples(
    program
      .command('keys')
      .summary('make, list and revoke API keys')
      .description(
        'API keys. Works on the database itself, so it needs DATABASE_URL and BULKHEAD_MASTER_KEY, or a running embedded one.',
      ),
    [
      ['keys create ci --role developer', 'a key that deploys and submits'],
      ['keys create night --role operator --role reviewer', 'one with two roles'],
      ['keys list', 'which there are'],
      ['keys revoke 5f0c…', 'one that opens nothing any more'],
    ],
  );
  withExamples(
    keys
      .command('create')
      .summary('make a key')
      .description('Makes a key and shows it, once.')
      .argument('<name>', 'whose it is, or what for')
      .requiredOption('--role <role...>', `what it may do: ${ROLES.join(', ')}`),
    [['keys create ci --role developer', 'a key that deploys and submits']],
  ).action((name: string, { role }: { role: string[] }, command: Command) =>
    act(command, async (context) => (await actions()).createKey(context, name, role)),
  );
  withExamples(
    keys.command('list').summary('list keys').description('Lists keys, without what opens the door.'),
    [['keys list', 'which there are']],
  ).action((_: object, command: Command) =>
    act(command, async (context) => (await actions()).listKeys(context)),
  );
  withExamples(
    keys
      .command('revoke')
      .summary('end a key')
      .description('Ends a key; servers notice within seconds.')
      .argument('<id>', 'of the key'),
    [['keys revoke 5f0c…', 'it opens nothing any more']],
  ).action((id: string, _: object, command: Command) =>
    act(command, async (context) => (await actions()).revokeKey(context, id)),
  );
}
