import { isIP } from 'node:net';
import { BulkheadError } from '../../contract/errors.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

const LONGEST_URL = 2_048;
const AUTHORITY = /^https?:\/\/([^/?#]+)/i;
/** Names that never leave the machine or its network. */
const LOOPBACK_NAME = /(^|\.)(localhost|localdomain)$|^ip6-(localhost|loopback)$/;
const PRIVATE_NAME = /\.(local|internal|intranet|lan|home\.arpa)$/;

/**
 * Checks where a webhook may be sent, without a look at DNS; that follows when it is sent.
 *
 * @param options.allowLoopback lets `http` and addresses of this machine pass; only `bulkhead dev` sets it
 * @example
 * checkWebhookUrl('https://example.com/hooks/runs', { allowLoopback: false });
 * @throws BulkheadError `invalid_webhook_url`
 */
export function checkWebhookUrl(text: string, options: { allowLoopback: boolean }): URL {
  if (text.length > LONGEST_URL) throw refused(`it is longer than ${LONGEST_URL} characters`);
  // The parser would drop or turn these around silently; a reader of the list would see another address.
  if (/[\s\\\p{Cc}]/u.test(text)) throw refused('it has white space, a backslash or a control character');
  const authority = AUTHORITY.exec(text)?.[1];
  const url = URL.parse(text);
  if (authority === undefined || url === null) throw refused('it is no absolute http or https address');
  if (authority.includes('@')) throw refused('it holds a user name or a password');

  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) === 4 && authority.replace(/:\d*$/, '') !== host) {
    throw refused(`its host is the address ${host} in another notation`);
  }
  if (isLoopbackAddress(host) || LOOPBACK_NAME.test(host)) {
    if (options.allowLoopback) return url;
    throw refused('it points at this machine itself');
  }
  if ((isIP(host) !== 0 && !isPublicAddress(host)) || PRIVATE_NAME.test(host)) {
    throw refused('it points into a private or reserved network');
  }
  if (url.protocol !== 'https:') throw refused('it is not https');
  return url;
}

function refused(reason: string): BulkheadError {
  return new BulkheadError({
    code: 'invalid_webhook_url',
    message: `The webhook address is refused: ${reason}. Give an https address on the public internet, without a user name.`,
    status: 422,
    details: { reason },
  });
}
