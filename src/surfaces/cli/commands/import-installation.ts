import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { BulkheadError } from '../../../contract/errors.ts';
import { checkInstallationFile, importInstallation } from '../../composition/move-installation.ts';
import type { CommandContext } from '../command-context.ts';
import { showCount } from '../render/amounts.ts';
import { homeFolder } from '../settings.ts';

/** `bulkhead import`; with `check` the file is only read and verified. @throws BulkheadError `no_such_file`, `not_a_file` */
export async function importFrom(context: CommandContext, file: string, check: boolean): Promise<void> {
  const { environment, folder, streams, invocation } = context.terminal;
  const installation = { environment, home: homeFolder(environment, folder) };
  const source = file === '-' ? streams().input : await openFile(resolve(folder, file));
  const shown = (counts: Record<string, number>) =>
    `${showCount(counts.run ?? 0, 'run')} with ${showCount(counts.frame ?? 0, 'frame')}`;
  if (check) {
    const summary = await checkInstallationFile(installation, source);
    context.answer(
      summary,
      () => `The archive is whole: ${shown(summary.counts)}, each verified, as of ${summary.exportedAt}.\n`,
    );
    context.remark(
      summary.masterKeyCompared
        ? 'The master key here is the one that it belongs to.'
        : 'There is no master key here, so none was compared.',
    );
    return;
  }
  const summary = await importInstallation(installation, source);
  context.answer(
    summary,
    () => `Imported ${shown(summary.counts)}, each verified, as of ${summary.exportedAt}.\n`,
  );
  if (summary.resumed > 0)
    context.remark(`${showCount(summary.resumed, 'run')} of it had been running and will go on.`);
  context.remark(
    `Start it with: ${invocation} server --with-worker. Do not start the installation that it came from again: both would go on with the same runs.`,
  );
}

async function openFile(path: string): Promise<Readable> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new BulkheadError({
      code: 'no_such_file',
      message: `${path} cannot be read (${error.code}). Name the file that \`bulkhead export\` wrote, or - for standard input.`,
      cause: error,
    });
  });
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw new BulkheadError({
      code: 'not_a_file',
      message: `${path} is a folder. Name the file that \`bulkhead export\` wrote, or - for standard input.`,
    });
  }
  return handle.createReadStream();
}
