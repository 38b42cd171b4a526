import { parseNetworkEntry } from '../../contract/define/index.ts';

const PORTS: Record<string, number> = { 'https:': 443, 'http:': 80 };

/**
 * Whether a URL's origin is among a tool's `network`. A host alone means https on its own port;
 * `*.example.com` means its subdomains; an origin is compared whole. An entry that cannot be read
 * declares nothing.
 *
 * @example
 * isDeclared(new URL('https://api.example.com/v1'), ['api.example.com']); // true
 * isDeclared(new URL('https://example.com/'), ['*.example.com']); // false
 */
export function isDeclared(url: URL, network: readonly string[]): boolean {
  const port = url.port === '' ? PORTS[url.protocol] : Number(url.port);
  return network.some((entry) => {
    const parsed = parseNetworkEntry(entry);
    if (!parsed.ok) return false;
    const { scheme, host, subdomains, port: declared } = parsed.rule;
    if (url.protocol !== `${scheme}:` || port !== declared) return false;
    return subdomains ? url.hostname.endsWith(`.${host}`) : url.hostname === host;
  });
}
