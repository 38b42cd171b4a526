import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { authorSource } from './author-source.ts';
import { bundleFailure } from './bundle-failure.ts';
import { findEntry } from './find-entry.ts';

export type Bundle = {
  /** SHA-256 of `code`, lower-case hex. */
  version: string;
  /** One ESM file with its dependencies; `bulkhead` and Node's own modules are left out. UTF-8. */
  code: Buffer;
  /** The file that it was built from, relative to the folder. */
  entry: string;
};

/**
 * What CommonJS dependencies call `require`. Only Node's own modules are left to ask for: the code host
 * has no file to load anything else from.
 */
const requireBuiltin = `const require=(name)=>{const found=process.getBuiltinModule(name);if(found)return found;throw Object.assign(new Error('"'+name+'" is not in the bundle. Import it by a fixed name, or do without it.'),{code:'MODULE_NOT_FOUND'})};`;

/**
 * Builds a project into one file, named by its content: the same files give the same bytes on every
 * machine and in every folder. Therefore names are minified (the long ones hold paths), and the source
 * map, inline and without contents, names files relative to the folder. A folder without a package.json
 * and without a tsconfig.json takes nothing from the folders above it but its dependencies.
 *
 * @throws BulkheadError `no_entry`, or `bundle_failed` with the first error, its file and line
 * @example
 * const { version, code } = await buildBundle('examples/support');
 */
export async function buildBundle(folder: string): Promise<Bundle> {
  const entry = await findEntry(folder);
  const root = await realpath(folder);
  const { build } = await import('esbuild');
  const { outputFiles = [] } = await build(optionsFor(root, entry)).catch((error: unknown) => {
    throw bundleFailure(error);
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const code = Buffer.from(`${text('.mjs')}${inlineMap(text('.mjs.map'))}`);
  return { version: createHash('sha256').update(code).digest('hex'), code, entry };
}

function optionsFor(root: string, entry: string): BuildOptions {
  const tsconfig = join(root, 'tsconfig.json');
  return {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'bundle.mjs',
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    charset: 'utf8',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    banner: { js: requireBuiltin },
    define: { __dirname: '"/"', __filename: '"/bundle.mjs"' },
    logLevel: 'silent',
    // Neither a configuration above the folder nor the environment may change the bytes.
    nodePaths: [],
    ...(existsSync(tsconfig) ? { tsconfig } : { tsconfigRaw: '{}' }),
    plugins: [leaveOut],
  };
}

/** `bulkhead` is the host's own copy, also where nothing is installed. */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup(build) {
    build.onResolve({ filter: /^bulkhead$/ }, ({ path }) => ({ path, external: true }));
    build.onResolve({ filter: /^bulkhead\// }, ({ path }) => ({
      errors: [{ text: `"${path}" cannot be imported; all that authors use comes from "bulkhead"` }],
    }));
  },
};

function inlineMap(text: string): string {
  const map = JSON.parse(text) as { sources: string[] };
  map.sources = map.sources.map(authorSource);
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}\n`;
}
