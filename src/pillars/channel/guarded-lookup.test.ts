import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { guardedLookup, type Resolve } from './guarded-lookup.ts';

function look(resolve: Resolve, options: { all?: boolean; allowLoopback?: boolean } = {}) {
  const lookup = guardedLookup({ allowLoopback: options.allowLoopback ?? false, resolve });
  return new Promise<string | LookupAddress[]>((done, fail) =>
    lookup('hooks.example.com', { all: options.all ?? true }, (error, address) =>
      error === null ? done(address) : fail(error),
    ),
  );
}
const answering =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('a guarded lookup', () => {
  it('hands the socket the addresses that it checked', async () => {
    const addresses = await look(answering('93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'));
    expect(addresses).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '2606:2800:220:1:248:1893:25c8:1946', family: 6 },
    ]);
    expect(await look(answering('93.184.216.34'), { all: false })).toBe('93.184.216.34');
  });

  it('resolves once, so that a name cannot turn into another address afterwards', async () => {
    const answers = ['93.184.216.34', '127.0.0.1'];
    let asked = 0;
    const rebinding: Resolve = async () => {
      const address = answers[asked] ?? '';
      asked += 1;
      return [{ address, family: 4 }];
    };
    expect(await look(rebinding)).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(asked).toBe(1);
  });

  it.each([
    ['only a private address', ['10.0.0.1']],
    ['a private address beside a public one', ['93.184.216.34', '10.0.0.1']],
    ['a mapped loopback address', ['::ffff:127.0.0.1']],
    ['the metadata address', ['169.254.169.254']],
    ['loopback', ['127.0.0.1']],
    ['no address', []],
  ])('refuses a name with %s', async (_, addresses) => {
    await expect(look(answering(...addresses))).rejects.toMatchObject({ code: 'invalid_webhook_url' });
  });

  it('lets loopback pass in development, and nothing else that is private', async () => {
    expect(await look(answering('127.0.0.1'), { allowLoopback: true })).toHaveLength(1);
    await expect(look(answering('10.0.0.1'), { allowLoopback: true })).rejects.toThrow(
      'not on the public internet',
    );
  });

  it('fails closed when the name cannot be resolved', async () => {
    await expect(look(() => Promise.reject(new Error('queryA ETIMEOUT')))).rejects.toThrow('ETIMEOUT');
  });
});
