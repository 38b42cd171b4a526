import { resolve } from 'node:path';
import { shellWord } from '../invocation.ts';
import { DEFAULT_PORT } from '../settings.ts';

/**
 * How a person calls the program for a server from another terminal in the same folder: with the settings that
 * such a terminal lacks.
 *
 * @example
 * invocationElsewhere({ invocation: 'bulkhead', folder: '/code' }, { url: 'http://127.0.0.1:8080', home: '/code/.bulkhead' });
 * // 'BULKHEAD_PORT=8080 bulkhead'
 */
export function invocationElsewhere(
  terminal: { invocation: string; folder: string },
  { url, home }: { url: string; home: string },
): string {
  const { port } = new URL(url);
  return [
    ...(home === resolve(terminal.folder, '.bulkhead') ? [] : [`BULKHEAD_HOME=${shellWord(home)}`]),
    ...(port === String(DEFAULT_PORT) ? [] : [`BULKHEAD_PORT=${port}`]),
    terminal.invocation,
  ].join(' ');
}
