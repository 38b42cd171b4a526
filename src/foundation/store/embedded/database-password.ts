import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BulkheadError } from '../../../contract/errors.ts';
import { readHomeFile, writeHomeFile } from './home-file.ts';

/**
 * The password of the embedded server, kept in `<home>/postgres.password` (mode 600).
 *
 * @returns undefined when there is none yet.
 * @example
 * const password = await readPassword('.bulkhead');
 */
export function readPassword(home: string): Promise<string | undefined> {
  return readHomeFile(passwordFile(home));
}

/**
 * Makes a password of 192 random bits and keeps it.
 *
 * @example
 * const password = (await readPassword(home)) ?? (await createPassword(home));
 */
export async function createPassword(home: string): Promise<string> {
  const password = randomBytes(24).toString('hex');
  await writeHomeFile(passwordFile(home), password);
  return password;
}

/**
 * The error for a database whose password is gone or wrong.
 *
 * @example
 * throw passwordLost('/srv/app/.bulkhead');
 */
export function passwordLost(home: string): BulkheadError {
  return new BulkheadError({
    code: 'database_password_lost',
    message:
      `The database of ${home} does not accept the password in ${passwordFile(home)}, or that file is gone. ` +
      `Bring the file back; or stop the server and remove ${join(home, 'postgres')} to begin with an empty database.`,
    status: 500,
  });
}

function passwordFile(home: string): string {
  return join(home, 'postgres.password');
}
