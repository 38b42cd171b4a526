import { BulkheadError } from '../../contract/errors.ts';

// SQLSTATE. Class 08: connection exceptions, but for a message that the protocol does not allow, as one that is too
// long; 57P0n: the server stops or starts; class 53: no disk, memory or connection left; class 58: its system fails
// it; 25006: it is a standby, as for a moment in a failover; 3D000: the database is not there, or not yet there again.
const AWAY = /^08(?!P01)|^53|^58|^57P0|^25006$|^3D000$/;
/** Of the operating system: names that are not resolved, hosts without a way to them, no file descriptor left. */
const SYSTEM = /^E(?!RR_)[A-Z0-9_]{2,}$/;
/** The driver gives some of its errors no code. */
const DRIVER =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|Query read timeout|SSL connection|^SASL:/;
/** Cancelled, by a timeout or an operator; no lock in time; a transaction that was idle or took too long. */
const GIVEN_UP = /^57014$|^55P03$|^25P0[34]$/;
/**
 * Data, integrity, program limits: the database refuses the values themselves. Class 42 is not among them: values
 * travel apart from their statement, so it speaks of rights and tables, which an operator or a migration mends.
 */
const REFUSED = /^2[23]|^54/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Of the way to the database: certificates and their checks. */
const SECURE_LAYER = /^ERR_(SSL|TLS)_|CERT/;

/** True when there was nobody to answer: the same may succeed later, or on another connection. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return AWAY.test(code) || SYSTEM.test(code);
  return error instanceof Error && DRIVER.test(error.message);
}

/** True when the database did not come to an answer, because it is away or gave up: what asked may ask again. */
export function isUnanswered(error: unknown): boolean {
  return isConnectionLost(error) || GIVEN_UP.test(codeOf(error) ?? '');
}

/** True for errors after which the same transaction may succeed: serialization failure, deadlock. */
export function isSerializationFailure(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/**
 * True for every error of the database, or of the way to it, but a refusal of the values that it was given: the same
 * statement may succeed once somebody or time has mended the cause. False for what is none of the database's.
 *
 * @example
 * mayPass({ code: '57014' }); // true: a statement_timeout
 * mayPass({ code: '22021' }); // false: a zero byte in a text stays one
 */
export function mayPass(error: unknown): boolean {
  if (BulkheadError.isInstance(error)) {
    return error.code === 'database_unreachable' || error.code === 'database_role_missing';
  }
  if (isConnectionLost(error)) return true;
  const code = codeOf(error) ?? '';
  return (SQLSTATE.test(code) && !REFUSED.test(code)) || SECURE_LAYER.test(code);
}

/** As an error that says what to do. The request that failed of it may be sent again. */
export function databaseUnreachable(cause: unknown): BulkheadError {
  return new BulkheadError({
    code: 'database_unreachable',
    message: explain(cause),
    status: 503,
    retryable: true,
    cause,
  });
}

function explain(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = codeOf(cause) ?? '';
  if (BulkheadError.isInstance(cause)) return reason;
  if (code === '53100') {
    return `The disk of the database is full (${reason}). Free some space there; nothing that was accepted is lost, and it goes on by itself.`;
  }
  if (SQLSTATE.test(code) && !AWAY.test(code) && !SYSTEM.test(code)) {
    return `The database does not do what it is asked (${reason}). Look there for locks, timeouts, missing rights and damaged tables; nothing that was accepted is lost, and the same may be asked again.`;
  }
  return `The database cannot be reached (${reason}). Check DATABASE_URL and that PostgreSQL is up; the request may be sent again.`;
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
