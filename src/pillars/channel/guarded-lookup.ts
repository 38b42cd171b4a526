import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { BulkheadError } from '../../contract/errors.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

export type ResolvedAddress = { address: string; family: number };

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * A socket's own lookup: it resolves once, refuses the name if any of its addresses is not public, and
 * the socket connects to what was checked. So a name cannot change between the check and the connection.
 */
export function guardedLookup(options: { allowLoopback: boolean; resolve?: Resolve }): LookupFunction {
  const resolve = options.resolve ?? systemResolve;
  const allowed = (address: string) =>
    isPublicAddress(address) || (options.allowLoopback && isLoopbackAddress(address));

  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => allowed(address))) {
          callback(notPublic(hostname), '', 0);
        } else if (all) {
          callback(null, addresses);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: Error) => callback(error, '', 0),
    );
  };
}

function notPublic(hostname: string): BulkheadError {
  return new BulkheadError({
    code: 'invalid_webhook_url',
    message: `The webhook's host ${hostname} has no address, or one that is not on the public internet. Point it at a public address.`,
    status: 422,
  });
}
