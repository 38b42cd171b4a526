import { describe, expect, it } from 'vitest';
import { parseNetworkEntry } from './network-entry.ts';

describe('parseNetworkEntry', () => {
  it.each([
    ['api.example.com', { scheme: 'https', host: 'api.example.com', port: 443, subdomains: false }],
    ['*.example.com', { scheme: 'https', host: 'example.com', port: 443, subdomains: true }],
    ['api.example.com:8443', { scheme: 'https', host: 'api.example.com', port: 8443, subdomains: false }],
    ['api.example.com:443', { scheme: 'https', host: 'api.example.com', port: 443, subdomains: false }],
    ['https://api.example.com', { scheme: 'https', host: 'api.example.com', port: 443, subdomains: false }],
    [
      'https://api.example.com:9000',
      { scheme: 'https', host: 'api.example.com', port: 9000, subdomains: false },
    ],
    ['http://127.0.0.1:7461', { scheme: 'http', host: '127.0.0.1', port: 7461, subdomains: false }],
    ['http://localhost', { scheme: 'http', host: 'localhost', port: 80, subdomains: false }],
    ['http://[::1]:8080', { scheme: 'http', host: '[::1]', port: 8080, subdomains: false }],
  ])('reads %s', (entry, rule) => {
    expect(parseNetworkEntry(entry)).toEqual({ ok: true, rule });
  });

  it.each([
    ['', 'write a host'],
    ['*', 'write a host'],
    ['api.*.com', 'write a host'],
    ['api example.com', 'write a host'],
    ['user@example.com', 'write a host'],
    ['http://x@169.254.169.254', 'write a host'],
    ['example.com.', 'write a host'],
    ['example.com:99999', 'write a host'],
    ['*.com', 'a wildcard stands for the names below one domain'],
    ['*.10.0.0.1', 'a wildcard stands for the names below one domain'],
    ['*.example.com:8443', 'a wildcard stands for the names below one domain'],
    ['*.https://example.com', 'a wildcard stands for the names below one domain'],
    ['https://*.example.com', 'write a host'],
    ['http://api.example.com', "plain http is for this machine only; write 'https://api.example.com'"],
    ['ftp://example.com', 'the scheme is https'],
    ['file:///etc/passwd', 'write a host'],
    ['API.example.com', "write it as 'api.example.com'"],
    ['https://api.example.com/', "write it as 'https://api.example.com'"],
    ['https://api.example.com/v1', "write it as 'https://api.example.com'"],
    ['api.example.com/v1', "write it as 'api.example.com'"],
    ['2130706433', "write it as '127.0.0.1'"],
    ['0x7f.1', "write it as '127.0.0.1'"],
    ['münchen.example', "write it as 'xn--mnchen-3ya.example'"],
  ])('refuses %s', (entry, problem) => {
    expect(parseNetworkEntry(entry)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });
});
