import { describe, expect, it } from 'vitest';
import { BulkheadError } from '../../contract/errors.ts';
import { neverSent } from '../../contract/never-sent.ts';
import { chargedNothing } from './charged-nothing.ts';

const failure = (code: string, details: Record<string, unknown> = {}) =>
  new BulkheadError({ code, message: 'It failed.', details });

describe('chargedNothing', () => {
  it.each([
    failure('provider_refused', { status: 400 }),
    failure('provider_rate_limited', { status: 429, streamed: false }),
    failure('provider_unavailable', { reason: 'ECONNREFUSED' }),
    failure('provider_unavailable', { status: 500, streamed: false }),
    failure('provider_circuit_open'),
    failure('missing_key'),
    neverSent(failure('run_cancelled')),
  ])('is sure of $code', (error) => {
    expect(chargedNothing(error)).toBe(true);
  });

  it.each([
    failure('provider_unavailable', { status: 529, begun: true }),
    failure('provider_unavailable', { reason: 'ECONNRESET' }),
    failure('provider_unavailable', { reason: 'timeout' }),
    failure('provider_stream_cut'),
    failure('provider_rate_limited', { streamed: true }),
    failure('run_cancelled'),
    new Error('anything else'),
    'not even an error',
  ])('is not sure of %s', (error) => {
    expect(chargedNothing(error)).toBe(false);
  });
});
