import { resolve } from 'node:path';
import { BulkheadError } from '../../contract/errors.ts';

/** Environment variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_PORT = 7460;

/**
 * The data folder: `BULKHEAD_HOME`, else `.bulkhead` in the current folder. An absolute path.
 *
 * @example
 * homeFolder({}, '/code/desk'); // '/code/desk/.bulkhead'
 */
export function homeFolder(environment: Environment, folder: string): string {
  return resolve(folder, environment.BULKHEAD_HOME || '.bulkhead');
}

/**
 * The port of the API: what was asked on the command line, else `BULKHEAD_PORT`, else 7460. 0 stands for any
 * that is free.
 *
 * @throws BulkheadError `invalid_port`
 */
export function apiPort(environment: Environment, asked?: string): number {
  const given = asked ?? (environment.BULKHEAD_PORT || undefined);
  if (given === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (port <= 65_535) return port;
  throw new BulkheadError({
    code: 'invalid_port',
    message: `"${given}" is no port: ${asked === undefined ? 'set BULKHEAD_PORT to' : 'give --port'} a whole number from 0 to 65535.`,
  });
}

/** Whether stacks may be shown: `BULKHEAD_DEBUG=1`. */
export function isDebugging(environment: Environment): boolean {
  return environment.BULKHEAD_DEBUG === '1';
}
