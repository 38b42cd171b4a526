import { BulkheadError } from '../../../contract/errors.ts';

/**
 * Turns what the server or initdb wrote before it gave up into an error that says what to do next.
 *
 * @param output What it wrote, newest last.
 * @example
 * throw explainOutput('FATAL:  could not write lock file: No space left on device', '/srv/app/.bulkhead');
 */
export function explainOutput(output: string, home: string): BulkheadError {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  if (/No space left on device|Disk quota exceeded/.test(output)) return diskFull(home);
  const [, nameless] = /could not look up effective user ID (\d+)/.exec(output) ?? [];
  if (nameless !== undefined) return noAccount(nameless);
  const last = lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1);
  return new BulkheadError({
    code: 'database_did_not_start',
    message:
      `The embedded PostgreSQL of ${home} did not start: ${last?.trim() ?? 'it ended without a word'}. ` +
      'More may stand in postgres.log in that folder.',
    status: 500,
  });
}

/**
 * Turns an error of the file system into one that says what to do next; any other passes unchanged.
 *
 * @example
 * await mkdir(home).catch((error) => { throw explainSystemError(error, home); });
 */
export function explainSystemError(error: unknown, home: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return diskFull(home, error);
  const isDenied = ['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(String(error.code));
  return isDenied ? notAccessible(home, error.message, error) : error;
}

/**
 * The error for a data folder that this user, or the account of the server, cannot use.
 *
 * @param reason A clause that completes "cannot be used:".
 * @example
 * throw notAccessible('/srv/app/.bulkhead', 'it belongs to user 1000');
 */
export function notAccessible(home: string, reason: string, cause?: unknown): BulkheadError {
  return new BulkheadError({
    code: 'home_not_accessible',
    message:
      `The data folder ${home} cannot be used: ${reason}. ` +
      'Start Bulkhead as the user that the folder belongs to, or choose another data folder.',
    status: 500,
    cause,
  });
}

function noAccount(user: string): BulkheadError {
  return new BulkheadError({
    code: 'no_server_user',
    message:
      `PostgreSQL runs only as a user that has a name, and user ${user} has no entry in /etc/passwd. Start Bulkhead ` +
      `as a user that has one, add one (echo "bulkhead:x:${user}:0::/:/bin/false" >> /etc/passwd), or set DATABASE_URL.`,
    status: 500,
  });
}

function diskFull(home: string, cause?: unknown): BulkheadError {
  return new BulkheadError({
    code: 'disk_full',
    message: `The disk of ${home} is full. Free some space, then start again; nothing was lost.`,
    status: 507,
    retryable: true,
    cause,
  });
}
