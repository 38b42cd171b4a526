import { BulkheadError } from '../../contract/errors.ts';

/**
 * The errors of an archive that cannot be read, with the next step.
 *
 * @param reason a clause that completes "The archive cannot be used:"
 */
export function archiveBroken(reason: string, cause?: unknown): BulkheadError {
  return new BulkheadError({
    code: 'archive_broken',
    message: `The archive cannot be used: ${reason}. Nothing of it was kept; use another copy, or export again.`,
    status: 422,
    cause,
  });
}

/** The file ends before its last line. */
export function archiveTruncated(): BulkheadError {
  return new BulkheadError({
    code: 'archive_truncated',
    message:
      'The archive was cut short: its last line is missing. Nothing of it was kept; use a whole copy, or export again.',
    status: 422,
  });
}

/** A newer Bulkhead wrote it. */
export function archiveTooNew(what: 'format' | 'schema', found: number, known: number): BulkheadError {
  return new BulkheadError({
    code: 'archive_too_new',
    message: `The archive has the ${what} ${found}, and this version of Bulkhead knows only ${known}. Use the version of Bulkhead that wrote it, or a later one.`,
    status: 409,
    details: { found, known },
  });
}

/** It was sealed under a key that we do not have. */
export function archiveOfAnotherMasterKey(): BulkheadError {
  return new BulkheadError({
    code: 'archive_other_master_key',
    message:
      'The archive belongs to another master key, and nothing in it could be read under this one. Bring the master.key of the installation that was exported into the data folder, or set BULKHEAD_MASTER_KEY to its content; nothing was imported.',
    status: 409,
  });
}

/** @param occupied a clause that completes "The database is not empty:" */
export function databaseNotEmpty(occupied: string): BulkheadError {
  return new BulkheadError({
    code: 'database_not_empty',
    message: `The database is not empty: ${occupied}. An archive is imported into a new database only: name one in DATABASE_URL, or another data folder in BULKHEAD_HOME; nothing was imported.`,
    status: 409,
  });
}

/** @param users a clause such as "a worker holds a lease" */
export function databaseInUse(users: string): BulkheadError {
  return new BulkheadError({
    code: 'database_in_use',
    message: `Bulkhead is at work on this database (${users}). Stop its servers and workers, then import; nothing was imported.`,
    status: 409,
    retryable: true,
  });
}

/** A frame that does not follow from the one before it. */
export function chainBroken(stream: string, frame: number): BulkheadError {
  return new BulkheadError({
    code: 'journal_broken',
    message: `The journal of stream ${stream} is broken at frame ${frame}: a frame is missing or was changed. Restore that stream from a backup, or use another copy of the archive; nothing was kept.`,
    status: 422,
    details: { stream, frame },
  });
}
