import { describe, expect, it } from 'vitest';
import { checkWebhookUrl } from './check-webhook-url.ts';

const production = { allowLoopback: false };
const development = { allowLoopback: true };

describe('a webhook address', () => {
  it.each([
    'https://example.com/hooks',
    'https://example.com:8443/hooks?run=1#part',
    'https://93.184.216.34/hooks',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    'https://bücher.example/hooks',
    'HTTPS://EXAMPLE.COM/hooks',
    'https://localhost.example.com/',
  ])('may be %s', (text) => {
    expect(checkWebhookUrl(text, production).protocol).toBe('https:');
  });

  it.each([
    ['it is not https', 'http://example.com/hooks'],
    ['it is no absolute http or https address', 'example.com/hooks'],
    ['it is no absolute http or https address', ''],
    ['it is no absolute http or https address', '/hooks'],
    ['it is no absolute http or https address', 'https:example.com'],
    ['it is no absolute http or https address', 'https:///example.com'],
    ['it is no absolute http or https address', 'ftp://example.com/'],
    ['it is no absolute http or https address', 'file:///etc/passwd'],
    ['it is no absolute http or https address', 'javascript://example.com/%0aalert(1)'],
    ['it is no absolute http or https address', 'https://exa mple.com/'.replace(' ', '%20')],
    ['it holds a user name or a password', 'http://x@169.254.169.254/'],
    ['it holds a user name or a password', 'https://user@localhost/'],
    ['it holds a user name or a password', 'https://user:secret@example.com/'],
    ['it holds a user name or a password', 'https://@example.com/'],
    ['it points at this machine itself', 'https://localhost/'],
    ['it points at this machine itself', 'https://LOCALHOST./'],
    ['it points at this machine itself', 'https://api.localhost/'],
    ['it points at this machine itself', 'https://localhost.localdomain/'],
    ['it points at this machine itself', 'https://127.0.0.1/'],
    ['it points at this machine itself', 'https://127.9.9.9/'],
    ['it points at this machine itself', 'https://[::1]/'],
    ['it points at this machine itself', 'https://[0:0:0:0:0:0:0:1]/'],
    ['it points into a private or reserved network', 'https://[::ffff:127.0.0.1]/'],
    ['it points into a private or reserved network', 'https://[::ffff:7f00:1]/'],
    ['it points into a private or reserved network', 'https://[::]/'],
    ['it points into a private or reserved network', 'https://0.0.0.0/'],
    ['it points into a private or reserved network', 'https://100.64.0.1/'],
    ['it points into a private or reserved network', 'https://169.254.169.254/latest/meta-data/'],
    ['it points into a private or reserved network', 'https://10.0.0.1/'],
    ['it points into a private or reserved network', 'https://192.168.0.1/'],
    ['it points into a private or reserved network', 'https://[fd00::1]/'],
    ['it points into a private or reserved network', 'https://[fe80::1]/'],
    ['it points into a private or reserved network', 'https://metadata.google.internal/'],
    ['it points into a private or reserved network', 'https://printer.local/'],
    ['its host is the address 127.0.0.1 in another notation', 'https://2130706433/'],
    ['its host is the address 127.0.0.1 in another notation', 'https://0x7f000001/'],
    ['its host is the address 127.0.0.1 in another notation', 'https://0177.0.0.1/'],
    ['its host is the address 127.0.0.1 in another notation', 'https://127.1/'],
    ['its host is the address 127.0.0.1 in another notation', 'https://１２７.0.0.1/'],
    ['its host is the address 8.8.8.8 in another notation', 'https://134744072/'],
    ['it has white space, a backslash or a control character', 'https://example.com\\@localhost/'],
    ['it has white space, a backslash or a control character', 'https://local\thost/'],
    ['it has white space, a backslash or a control character', ' https://example.com/'],
    ['it has white space, a backslash or a control character', 'https://example.com/\u0000'],
    ['it is longer than 2048 characters', `https://example.com/${'a'.repeat(2_048)}`],
  ])('is refused because %s: %s', (reason, text) => {
    expect(() => checkWebhookUrl(text, production)).toThrow(
      expect.objectContaining({ code: 'invalid_webhook_url', status: 422, details: { reason } }),
    );
  });

  it.each(['http://127.0.0.1:7461/hook', 'http://localhost/hook', 'https://localhost/', 'http://[::1]:80/'])(
    'may be this machine in development: %s',
    (text) => {
      expect(checkWebhookUrl(text, development)).toBeInstanceOf(URL);
      expect(() => checkWebhookUrl(text, production)).toThrow('it points at this machine itself');
    },
  );

  it.each(['http://example.com/', 'https://10.0.0.1/', 'http://169.254.169.254/', 'http://2130706433/'])(
    'is refused in development as well: %s',
    (text) => {
      expect(() => checkWebhookUrl(text, development)).toThrow('The webhook address is refused');
    },
  );
});
