import { describe, expect, it } from 'vitest';
import { networkFailure } from './network-failure.ts';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

describe('networkFailure', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'UND_ERR_SOCKET',
    'UND_ERR_CONNECT_TIMEOUT',
    'ENOTFOUND',
    'CERT_HAS_EXPIRED',
  ])('finds %s below other errors', (code) => {
    expect(
      networkFailure(new Error('outer', { cause: new TypeError('fetch failed', { cause: withCode(code) }) })),
    ).toBe(code);
  });

  it('looks into the attempts at several addresses', () => {
    expect(
      networkFailure(new TypeError('x', { cause: new AggregateError([withCode('ECONNREFUSED')]) })),
    ).toBe('ECONNREFUSED');
  });

  it('finds none in other errors, and ends in a ring of causes', () => {
    expect(networkFailure(withCode('ENOENT'))).toBeUndefined();
    expect(networkFailure('text')).toBeUndefined();
    const ring = new Error('ring');
    ring.cause = ring;
    expect(networkFailure(ring)).toBeUndefined();
  });
});
