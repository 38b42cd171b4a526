/** Where a tool may connect to. */
export type NetworkRule = {
  scheme: 'https' | 'http';
  /** Lower case; of a wildcard without its `*.`; an IPv6 address in brackets. */
  host: string;
  port: number;
  /** True for `*.example.com`: every host below `example.com`, not itself. */
  subdomains: boolean;
};

export type ParsedNetworkEntry = { ok: true; rule: NetworkRule } | { ok: false; problem: string };

const wildcard = '*.';
const form =
  "write a host ('api.example.com', '*.example.com', 'api.example.com:8443') or an origin ('https://api.example.com')";

/**
 * Reads one entry of a tool's `network`. Only the plainest spelling is taken, the one that a URL has
 * after parsing, so that what an author reads is what a request is compared with.
 *
 * @example
 * parseNetworkEntry('api.example.com:8443');
 * // { ok: true, rule: { scheme: 'https', host: 'api.example.com', port: 8443, subdomains: false } }
 * parseNetworkEntry('http://api.example.com'); // { ok: false, problem: 'plain http is for …' }
 */
export function parseNetworkEntry(entry: string): ParsedNetworkEntry {
  const subdomains = entry.startsWith(wildcard);
  const rest = subdomains ? entry.slice(wildcard.length) : entry;
  if (rest === '' || /[\s*@?#\\]/.test(rest)) return { ok: false, problem: form };
  const isOrigin = /^[a-z][a-z0-9+.-]*:\/\//i.test(rest);
  const url = URL.parse(isOrigin ? rest : `https://${rest}`);
  if (url === null || url.hostname === '' || url.hostname.endsWith('.')) return { ok: false, problem: form };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { ok: false, problem: 'the scheme is https, or http for this machine' };
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { ok: false, problem: `plain http is for this machine only; write 'https://${url.host}'` };
  }
  if (subdomains && (isOrigin || rest.includes(':') || !rest.includes('.') || isAddress(url.hostname))) {
    return { ok: false, problem: "a wildcard stands for the names below one domain: '*.example.com'" };
  }
  const plain = isOrigin ? url.origin : url.host;
  // 443 is dropped by the parser; an author may still write it out.
  if (rest !== plain && rest !== `${plain}:443`) return { ok: false, problem: `write it as '${plain}'` };
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? { https: 443, http: 80 }[scheme] : Number(url.port);
  return { ok: true, rule: { scheme, host: url.hostname, port, subdomains } };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^[\d.]+$/.test(host);
}
