import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const beside = createRequire(fileURLToPath(new URL('./package.json', import.meta.url)));

/** A package of `bench/peers/node_modules`; undefined where it is not installed. */
export async function loadInstalled<Module>(name: string): Promise<Module | undefined> {
  const file = resolveInstalled(name);
  if (file === undefined) return undefined;
  try {
    return (await import(pathToFileURL(file).href)) as Module;
  } catch {
    return undefined;
  }
}

/** The file of a module of `bench/peers/node_modules`; undefined where it is not installed. */
export function resolveInstalled(name: string): string | undefined {
  try {
    return beside.resolve(name);
  } catch {
    return undefined;
  }
}

/** Why a peer is missing from the table. */
export const notInstalled = (name: string) =>
  `${name} is not installed beside: npm install --prefix bench/peers, then again.`;
