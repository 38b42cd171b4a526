import { BulkheadError } from '../../contract/errors.ts';

/** Also the forms by which PostgreSQL's clients name a socket on this machine. */
const POSTGRES = /^(postgres(ql)?:\/\/|socket:|\/)/i;

/**
 * `DATABASE_URL` as it is, if PostgreSQL can be meant. What is wrong is told without the address, which may hold a
 * password.
 *
 * @throws BulkheadError `invalid_url`
 * @example
 * postgresAddress('postgres://bulkhead@db.example.com/bulkhead'); // the same
 */
export function postgresAddress(given: string): string {
  if (POSTGRES.test(given)) return given;
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(given)?.[0];
  throw new BulkheadError({
    code: 'invalid_url',
    message: `DATABASE_URL ${scheme === undefined ? 'names no scheme' : `begins with ${scheme}`}, and only PostgreSQL is known. Write it as postgres://user:password@host:5432/database, or leave it out for the embedded one.`,
  });
}
