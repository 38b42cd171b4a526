import { describe, expect, it } from 'vitest';
import { isDeclared } from './declared-network.ts';

describe('a URL is declared', () => {
  it.each([
    ['https://api.example.com/v1?q=1', 'api.example.com'],
    ['https://API.EXAMPLE.COM/', 'api.example.com'],
    ['https://api.example.com:443/', 'api.example.com:443'],
    ['https://api.example.com:8443/', 'api.example.com:8443'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://a.b.example.com/', '*.example.com'],
    ['http://127.0.0.1:7461/x', 'http://127.0.0.1:7461'],
    ['http://[::1]:7461/', 'http://[::1]:7461'],
  ])('%s by %s', (url, entry) => {
    expect(isDeclared(new URL(url), ['other.example.org', entry])).toBe(true);
  });
});

describe('a URL is not declared', () => {
  it.each([
    ['https://api.example.com/', []],
    ['http://api.example.com/', ['api.example.com']],
    ['https://api.example.com:8443/', ['api.example.com']],
    ['https://api.example.com/', ['api.example.com:8443']],
    ['https://api.example.com.evil.net/', ['api.example.com']],
    ['https://evilapi.example.com/', ['api.example.com']],
    ['https://api.example.com./', ['api.example.com']],
    ['https://example.com/', ['*.example.com']],
    ['https://evilexample.com/', ['*.example.com']],
    ['https://api.example.com@evil.net/', ['api.example.com']],
    ['http://127.0.0.1:7462/', ['http://127.0.0.1:7461']],
    ['http://localhost:7461/', ['http://127.0.0.1:7461']],
    ['https://127.0.0.1:7461/', ['http://127.0.0.1:7461']],
    ['https://api.example.com/', ['://', 'https://', 'API.example.com', '*']],
  ])('%s by %j', (url, network) => {
    expect(isDeclared(new URL(url), network)).toBe(false);
  });
});
