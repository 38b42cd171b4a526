import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryHome } from '../../src/foundation/store/embedded/testing/temporary-home.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** A folder outside the checkout with a data folder of its own, as a person has it who tries Bulkhead. */
export type Place = {
  folder: string;
  /** The data folder; not there yet. */
  home: string;
  /** No key of a provider, and nothing else of whoever runs the tests. */
  environment: Record<string, string>;
  /** Deletes it; a database that is still up is ended. */
  remove(): Promise<void>;
};

export async function makePlace(): Promise<Place> {
  const { home, remove } = await makeTemporaryHome(tmpdir());
  const folder = join(dirname(home), 'work');
  await mkdir(folder);
  return {
    folder,
    home,
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      BULKHEAD_HOME: home,
      BULKHEAD_PORT: '0',
      // Nothing listens there: a model server on the machine must not answer for the built-in one.
      OLLAMA_BASE_URL: `http://127.0.0.1:${await freePort()}`,
    },
    remove,
  };
}

/** A copy of the telecom example whose backend listens on a port of its own. */
export async function copySupport(
  { folder }: Place,
  options: { backendPort: number; withService: boolean },
): Promise<string> {
  const project = join(folder, 'support');
  await cp(join(checkout, 'examples/support'), project, {
    recursive: true,
    filter: (path) => !path.endsWith('node_modules'),
  });
  await linkLibraries(project);
  await edit(join(project, 'tools/backend.ts'), (text) =>
    text.replaceAll('7461', String(options.backendPort)),
  );
  await edit(join(project, 'package.json'), (text) => {
    const file = JSON.parse(text);
    const services = options.withService ? file.bulkhead.services : [];
    return JSON.stringify({ ...file, bulkhead: { services, env: { PORT: String(options.backendPort) } } });
  });
  return project;
}

/** Stands for `npm install`. */
export function linkLibraries(project: string): Promise<void> {
  return symlink(join(checkout, 'node_modules'), join(project, 'node_modules'));
}

export async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`Nothing to change was found in ${path}.`);
  await writeFile(path, changed);
}

/** A port on 127.0.0.1 on which nothing listens now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
