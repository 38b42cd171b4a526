import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildHostProgram } from './build-host-program.ts';

const isSource = import.meta.url.endsWith('.ts');
const main = new URL(`../host/main.${isSource ? 'ts' : 'js'}`, import.meta.url);
/** What the installed program imports. */
const installed = fileURLToPath(new URL('../../', import.meta.url));

let built: { name: string; text: string } | undefined;

/**
 * The program of code hosts. From source it is put into one file, once a process: a host that had to read some sixty
 * files of TypeScript would take four times the processor time to start (0.5 s against 0.14 s).
 *
 * @param folder where the file may lie: the worker's own, which nobody else can write to
 * @returns its path, and what it has to be able to read beside itself
 */
export async function hostProgram(folder: string): Promise<{ path: string; reads: string[] }> {
  if (!isSource) return { path: fileURLToPath(main), reads: [installed] };
  built ??= named(await buildHostProgram(main));
  const path = join(folder, built.name);
  if (!isThere(path, built.text)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Written beside and renamed: another process never loads half a file.
    const part = `${path}.${process.pid}.part`;
    writeFileSync(part, built.text, { mode: 0o600 });
    renameSync(part, path);
  }
  // By its real name: under another one a bundle that asks for `bulkhead` would load the program once more.
  return { path: realpathSync(path), reads: [] };
}

function named(text: string): { name: string; text: string } {
  return { name: `host-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.mjs`, text };
}

/** The folder is ours alone, and what lies in it under this name has these contents. */
function isThere(path: string, text: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === Buffer.byteLength(text);
}
