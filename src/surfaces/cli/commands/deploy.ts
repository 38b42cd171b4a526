import { resolve } from 'node:path';
import type { CommandContext } from '../command-context.ts';
import { deployFolder } from '../deploy-folder.ts';
import { showDefinitions } from '../render/definitions.ts';

/** `bulkhead deploy`: builds a folder and makes it the version that new runs take. */
export async function deploy(context: CommandContext, folder: string): Promise<void> {
  const client = await context.client();
  const bundle = await deployFolder(client, resolve(context.terminal.folder, folder));
  context.answer(
    bundle,
    () =>
      `${showDefinitions(bundle, context.paint).join('\n')}\n${bundle.created ? 'Deployed' : 'Deployed already'}: version ${bundle.version}\n`,
  );
}
