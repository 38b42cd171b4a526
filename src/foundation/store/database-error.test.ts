import { describe, expect, it } from 'vitest';
import { BulkheadError } from '../../contract/errors.ts';
import {
  databaseUnreachable,
  isConnectionLost,
  isSerializationFailure,
  isUnanswered,
  mayPass,
} from './database-error.ts';

const failure = (code: string) => Object.assign(new Error(`it was ${code}`), { code });

const AWAY = ['08006', '57P01', '57P03', '53100', '53300', '58030', '25006', '3D000'];
const SYSTEM = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EMFILE',
];
const GIVEN_UP = ['57014', '55P03', '25P03', '25P04'];
const PASSING = [
  'XX000',
  'XX001',
  '40001',
  '40P01',
  '42501',
  '42P01',
  '0A000',
  '08P01',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];
const REFUSED = ['22021', '22003', '23505', '23514', '54000'];

describe('an error of the database', () => {
  it.each([...AWAY, ...SYSTEM])('says that nobody answered: %s', (code) => {
    const error = failure(code);
    expect([isConnectionLost(error), isUnanswered(error), mayPass(error)]).toEqual([true, true, true]);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'Query read timeout',
  ])('says that nobody answered: %s', (message) => {
    const error = new Error(message);
    expect([isConnectionLost(error), mayPass(error)]).toEqual([true, true]);
  });

  it.each(GIVEN_UP)('says that the answer was not waited for: %s', (code) => {
    const error = failure(code);
    expect([isConnectionLost(error), isUnanswered(error), mayPass(error)]).toEqual([false, true, true]);
  });

  it.each(PASSING)('passes once its cause is mended, whatever it is: %s', (code) => {
    const error = failure(code);
    expect([isUnanswered(error), mayPass(error)]).toEqual([false, true]);
  });

  it.each(REFUSED)('refuses the values, now and later: %s', (code) => {
    const error = failure(code);
    expect([isUnanswered(error), mayPass(error)]).toEqual([false, false]);
  });

  it.each([
    ['a bug', new TypeError('x is not a function')],
    ['a bug that Node names', failure('ERR_INVALID_ARG_TYPE')],
    ['an answer', new BulkheadError({ code: 'unknown_run', message: 'There is no such run.' })],
    ['nothing', undefined],
  ])('is not seen in what is none: %s', (_, error) => {
    expect([isConnectionLost(error), isUnanswered(error), mayPass(error)]).toEqual([false, false, false]);
  });

  it('still passes when it was explained', () => {
    expect(mayPass(databaseUnreachable(failure('57014')))).toBe(true);
  });

  it('tells what a repeated transaction may mend', () => {
    expect(['40001', '40P01', '23505'].map((code) => isSerializationFailure({ code }))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['53100', /disk of the database is full .*Free some space/],
    ['ECONNREFUSED', /cannot be reached .*Check DATABASE_URL/],
    ['57014', /does not do what it is asked .*locks, timeouts/],
    ['42501', /does not do what it is asked .*missing rights/],
  ])('is explained with the next step: %s', (code, message) => {
    expect(databaseUnreachable(failure(code))).toMatchObject({
      code: 'database_unreachable',
      message: expect.stringMatching(message),
      status: 503,
      retryable: true,
    });
  });
});
