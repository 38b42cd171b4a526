import { link, open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { BulkheadError } from '../../../contract/errors.ts';
import { exportInstallation } from '../../composition/move-installation.ts';
import type { CommandContext } from '../command-context.ts';
import { showCount } from '../render/amounts.ts';
import { homeFolder } from '../settings.ts';

/** `bulkhead export`. The file appears whole or not at all. @throws BulkheadError `file_exists` */
export async function exportTo(context: CommandContext, file: string, gzip: boolean): Promise<void> {
  const { environment, folder, streams, invocation } = context.terminal;
  const home = homeFolder(environment, folder);
  const write = (stream: Writable) =>
    exportInstallation({ environment, home }, { stream, gzip: gzip || file.endsWith('.gz') });
  const isStream = file === '-';
  const summary = isStream ? await write(streams().output) : await intoFile(resolve(folder, file), write);

  const runs = showCount(summary.counts.run ?? 0, 'run');
  const frames = showCount(summary.counts.frame ?? 0, 'frame');
  const told = `Exported ${runs} with ${frames}, each verified, as of ${summary.exportedAt}${isStream ? '' : `, into ${file}`}.\n`;
  if (isStream) context.remark(told.trimEnd());
  else context.answer({ file, ...summary }, () => told);
  const key =
    environment.BULKHEAD_MASTER_KEY === undefined ? join(home, 'master.key') : 'BULKHEAD_MASTER_KEY';
  context.remark(
    `It is of no use without the master key, which is not in it: keep ${key} as well, in another place. Names, subjects and bundles in it can be read by anybody.`,
  );
  if (summary.workers > 0) {
    context.remark(
      `${showCount(summary.workers, 'worker')} went on meanwhile, and what they do now is not in it. To move the installation, stop all its processes first and export again; then: ${invocation} import ${isStream ? '<file>' : file}`,
    );
  }
}

async function intoFile<Result>(path: string, write: (stream: Writable) => Promise<Result>): Promise<Result> {
  const part = `${path}.${process.pid}.part`;
  const handle = await open(part, 'wx', 0o600).catch((error: unknown) => {
    throw notWritten(path, error);
  });
  try {
    const result = await write(handle.createWriteStream({ flush: true }));
    await link(part, path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? fileExists(path) : error;
    });
    return result;
  } catch (error) {
    throw notWritten(path, error);
  } finally {
    await rm(part, { force: true });
    await handle.close().catch(() => {});
  }
}

/** An error of the file system, with the next step; any other as it is. */
function notWritten(path: string, error: unknown): unknown {
  if (BulkheadError.isInstance(error) || !(error instanceof Error) || !('syscall' in error)) return error;
  return new BulkheadError({
    code: 'file_not_written',
    message: `${path} cannot be written (${error.message}). Choose a place that has room and that you may write to; no file was left there.`,
    cause: error,
  });
}

function fileExists(path: string): BulkheadError {
  return new BulkheadError({
    code: 'file_exists',
    message: `${path} is there already and was left as it is. Choose another name, or remove it first.`,
  });
}
