import { describe, expect, it } from 'vitest';
import { BulkheadError } from '../../../contract/errors.ts';
import { explainOutput, explainSystemError } from './explain-failure.ts';

describe('what the server wrote before it gave up', () => {
  it('is told by its last grave line', () => {
    const output =
      '2026-11-22 LOG:  starting\n2026-11-22 FATAL:  the data is damaged\n2026-11-22 LOG:  shut down\n';
    expect(explainOutput(output, '/home')).toMatchObject({
      code: 'database_did_not_start',
      message: expect.stringContaining('FATAL:  the data is damaged. More may stand in postgres.log'),
    });
  });

  it('is told by its last line when none is grave, and named silence when there is none', () => {
    expect(explainOutput('one\ntwo\n', '/home').message).toContain('two');
    expect(explainOutput('', '/home').message).toContain('without a word');
  });

  it.each([
    'initdb: error: could not create directory "/x": No space left on device',
    'FATAL:  could not write lock file "postmaster.pid": No space left on device',
    'PANIC:  could not write to file "pg_wal/xlogtemp.1": Disk quota exceeded',
  ])('is a full disk: %s', (output) => {
    expect(explainOutput(output, '/home')).toMatchObject({ code: 'disk_full', retryable: true });
  });

  it('is a user without a name, and how to give it one', () => {
    const output = 'initdb: error: could not look up effective user ID 54321: user does not exist\n';
    expect(explainOutput(output, '/home')).toMatchObject({
      code: 'no_server_user',
      message: expect.stringContaining('user 54321 has no entry in /etc/passwd'),
    });
  });
});

describe('an error of the file system', () => {
  const failure = (code: string) => Object.assign(new Error(`${code}: mkdir`), { code });

  it.each([
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EACCES', 'home_not_accessible'],
    ['EROFS', 'home_not_accessible'],
    ['ENOTDIR', 'home_not_accessible'],
  ])('%s is %s', (system, code) => {
    expect(explainSystemError(failure(system), '/home')).toMatchObject({ code });
  });

  it('passes unchanged when it is another, or explained already', () => {
    const explained = new BulkheadError({ code: 'home_in_use', message: 'In use.' });
    expect(explainSystemError(explained, '/home')).toBe(explained);
    const other = failure('EMFILE');
    expect(explainSystemError(other, '/home')).toBe(other);
  });
});
