import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { buildHostProgram } from '../../src/run/code/build-host-program.ts';

/** No worker puts the program of its code hosts together: it brings the one that is built here. */
export const withHosts: Plugin = {
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

/**
 * Each module of ours goes on to believe that it stands where it was written: it looks for files from there. All but
 * the one that starts the lease's thread, which lies beside it here.
 */
export const whereTheyStand: Plugin = {
  name: 'where-they-stand',
  setup(building) {
    building.onLoad({ filter: /\/(src|test)\/.*\.ts$/ }, async ({ path }) => {
      if (path.endsWith('/run/worker/lease.ts')) return undefined;
      const text = await readFile(path, 'utf8');
      const address = JSON.stringify(pathToFileURL(path).href);
      return { loader: 'ts', contents: text.replaceAll(/(?<!')import\.meta\.url(?!')/g, address) };
    });
  },
};

/**
 * A package in CommonJS that is loaded when somebody asks for it keeps the names of what it exports: a file of its own
 * would have but `default`.
 */
export const byTheirNames: Plugin = {
  name: 'by-their-names',
  setup(building) {
    const namespace = 'by-name';
    building.onResolve({ filter: /^(@redis|@aws-sdk|undici|amqplib)\b/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, namespace } : undefined,
    );
    building.onLoad({ filter: /.*/, namespace }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
      const others = names.filter((name) => name !== 'default' && name !== 'module.exports');
      const from = JSON.stringify(path);
      return {
        contents: `import * as all from ${from}; export default all.default;
          export const { ${others.join(', ')} } = all;`,
        resolveDir: import.meta.dirname,
      };
    });
  },
};
