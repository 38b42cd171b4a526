import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BulkheadError } from '../../../contract/errors.ts';
import { type OwnPackage, readOwnPackage, specifierOf } from './own-package.ts';

const template = fileURLToPath(new URL('./template/', import.meta.url));

/** npm leaves files of this name out of a package, so the template keeps it under another. */
const renamed = new Map([['gitignore', '.gitignore']]);

export type Starter = {
  /** Its absolute path. */
  folder: string;
  /** Of the package that it is. */
  name: string;
  /** What was written, relative to the folder, in alphabetical order. */
  files: string[];
};

/**
 * Writes a small project that runs: an agent with one tool, which the `local` model can serve.
 *
 * @param folder is made when it is not there; it may hold a `.git` and nothing else
 * @throws BulkheadError `folder_not_empty`, `not_a_folder`
 * @example
 * const { folder, files } = await writeStarter('desk');
 */
export async function writeStarter(folder: string): Promise<Starter> {
  const root = await emptyFolder(resolve(folder));
  const name = packageName(root);
  const contents = await templateFiles();
  contents.set('package.json', packageJson(name, await readOwnPackage(), await realpath(root)));
  for (const [path, content] of contents) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content.replaceAll('{{name}}', name));
  }
  return { folder: root, name, files: [...contents.keys()].sort() };
}

async function emptyFolder(folder: string): Promise<string> {
  const present = await makeAndList(folder);
  const held = present.filter((entry) => entry !== '.git');
  if (held.length === 0) return folder;
  const some = held.sort().slice(0, 3).join(', ');
  throw new BulkheadError({
    code: 'folder_not_empty',
    message: `${folder} is not empty: it holds ${some}${held.length > 3 ? ', …' : ''}. Choose another folder; nothing was written.`,
  });
}

async function makeAndList(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await readdir(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BulkheadError({
      code: 'not_a_folder',
      message: `${folder} cannot be used as a folder: ${reason}. Choose another path.`,
      cause: error,
    });
  }
}

async function templateFiles(): Promise<Map<string, string>> {
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const place = path.slice(template.length).replaceAll('\\', '/');
    files.set(renamed.get(place) ?? place, await readFile(path, 'utf8'));
  }
  return files;
}

function packageJson(name: string, own: OwnPackage, folder: string): string {
  const content = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=24' },
    scripts: { dev: 'bulkhead dev .', deploy: 'bulkhead deploy .', types: 'tsc' },
    dependencies: { bulkhead: specifierOf(own, folder), zod: own.dependencies.zod },
    devDependencies: {
      '@types/node': own.devDependencies['@types/node'],
      typescript: own.devDependencies.typescript,
    },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** The folder's name as npm allows it (at most 214 characters: lower case, digits, `-`, `_`, `.`). */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 214);
  return name === '' || name === 'bulkhead' || name === 'node_modules' ? 'bulkhead-project' : name;
}
