import { basename, dirname, isAbsolute, relative } from 'node:path';
import type { Environment } from './settings.ts';

/**
 * How a person calls this program again from the folder where it was started.
 *
 * @param call.program what Node was told to run: `process.argv[1]`
 * @example
 * invocationOf({ program: '/usr/local/bin/bulkhead', folder: '/code', environment: {} }); // 'bulkhead'
 * invocationOf({ program: '/code/bin/bulkhead.js', folder: '/code', environment: {} }); // 'node bin/bulkhead.js'
 */
export function invocationOf(call: { program: string; folder: string; environment: Environment }): string {
  const { program, folder, environment } = call;
  if (basename(program) === 'bulkhead') {
    return basename(dirname(program)) === '.bin' ? 'npx bulkhead' : 'bulkhead';
  }
  const path = relative(folder, program);
  const shown = path.startsWith('..') || isAbsolute(path) ? program : path;
  // npm put its own Node first in the path; the person's shell has not.
  return environment.npm_lifecycle_event === undefined ? `node ${shown}` : `npx node ${shown}`;
}

/**
 * A word as a POSIX shell takes it literally.
 *
 * @example
 * shellWord("what's up?"); // `'what'\\''s up?'`
 */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
