import { readFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const manifest = new URL('../../../../package.json', import.meta.url);

export type OwnPackage = {
  version: string;
  /** Exact versions of what this package is built and tested with. */
  dependencies: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
  /** Where it lies. */
  root: string;
};

/** The package that this code belongs to. */
export async function readOwnPackage(): Promise<OwnPackage> {
  const read = JSON.parse(await readFile(manifest, 'utf8')) as Omit<OwnPackage, 'root'>;
  return { ...read, root: dirname(fileURLToPath(manifest)) };
}

/**
 * How a project in `folder` depends on this package: by its path when it runs from a checkout, by its
 * exact version when it was installed.
 *
 * @example
 * specifierOf({ version: '0.1.0', root: '/code/bulkhead', … }, '/code/desk'); // 'file:../bulkhead'
 * specifierOf({ version: '0.1.0', root: '/desk/node_modules/bulkhead', … }, '/desk'); // '0.1.0'
 */
export function specifierOf({ version, root }: Pick<OwnPackage, 'version' | 'root'>, folder: string): string {
  if (root.split(sep).includes('node_modules')) return version;
  return `file:${relative(folder, root).replaceAll(sep, '/')}`;
}
