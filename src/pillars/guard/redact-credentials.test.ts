import { describe, expect, it } from 'vitest';
import type { Json } from '../../contract/json.ts';
import { redactCredentials } from './redact-credentials.ts';

// Put together here, so that no scanner of source code takes them for real ones.
const mixed = (length: number) => 'a1B2c3D4e5F6g7H8i9J0'.repeat(30).slice(0, length);
const digits = (length: number) => '9081726354'.repeat(10).slice(0, length);
const hex = (length: number) =>
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'.repeat(4).slice(0, length);
const pem = (kind: string, head = '') =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${head}MI${mixed(64)}\n${mixed(64)}\n-----END ${kind}PRIVATE KEY-----`;

const clean = async (value: Json) => (await redactCredentials(value)).value;
const count = async (value: Json) => (await redactCredentials(value)).count;

describe('redactCredentials in text', () => {
  const shapes: [string, string, string][] = [
    ['an OpenAI key', `sk-${mixed(48)}`, 'api-key'],
    ['an OpenAI project key', `sk-proj-${mixed(60)}`, 'api-key'],
    ['an Anthropic key', `sk-ant-api03-${mixed(93)}AA`, 'api-key'],
    ['a Stripe key', `sk_live_${mixed(24)}`, 'stripe-key'],
    ['a restricted Stripe key', `rk_test_${mixed(24)}`, 'stripe-key'],
    ['a webhook secret', `whsec_${mixed(32)}`, 'stripe-key'],
    ['an AWS access key', `AKIA${'IOSFODNN7EXAMPLX'}`, 'aws-access-key'],
    ['a temporary AWS access key', `ASIA${'IOSFODNN7EXAMPLX'}`, 'aws-access-key'],
    ['a GitHub token', `ghp_${mixed(36)}`, 'github-token'],
    ['a fine-grained GitHub token', `github_pat_${mixed(22)}_${mixed(59)}`, 'github-token'],
    ['a GitLab token', `glpat-${mixed(20)}`, 'gitlab-token'],
    ['a Slack token', `xoxb-${digits(12)}-${digits(13)}-${mixed(24)}`, 'slack-token'],
    [
      'a Slack webhook',
      `https://hooks.slack.com/services/T${mixed(8)}/B${mixed(8)}/${mixed(24)}`,
      'slack-webhook',
    ],
    ['a Google key', `AIza${mixed(35)}`, 'google-key'],
    ['a JWT', `eyJ${mixed(20)}.eyJ${mixed(60)}.${mixed(43)}`, 'jwt'],
    ['an unsigned JWT', `eyJ${mixed(20)}.eyJ${mixed(60)}.`, 'jwt'],
    ['a private key', pem(''), 'private-key'],
    ['an RSA key', pem('RSA '), 'private-key'],
    [
      'an encrypted key',
      pem('RSA ', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n'),
      'private-key',
    ],
    ['a key on one line', pem('EC ').replaceAll('\n', '\\n'), 'private-key'],
  ];

  it.each(shapes)('hides %s', async (_, secret, name) => {
    expect(await clean(`It is ${secret} and nothing else.`)).toBe(
      `It is [REDACTED:${name}] and nothing else.`,
    );
  });

  it('hides a private key that was cut off', async () => {
    expect(await clean(pem('').slice(0, 120))).toBe('[REDACTED:private-key]');
  });

  it('hides what follows Bearer and Basic', async () => {
    expect(await clean(`curl -H "Authorization: Bearer ${mixed(24)}" x`)).toBe(
      'curl -H "Authorization: Bearer [REDACTED:bearer-token]" x',
    );
    expect(await clean(`authorization: basic ${mixed(20)}=`)).toBe(
      'authorization: basic [REDACTED:bearer-token]',
    );
  });

  it('hides the password of a connection string, with signs in it, and leaves the rest', async () => {
    expect(await clean('postgres://app:hunter2@db.internal:5432/shop')).toBe(
      'postgres://app:[REDACTED:connection-string]@db.internal:5432/shop',
    );
    expect(await clean('redis://:p@ss:word@cache:6379')).toBe(
      'redis://:[REDACTED:connection-string]@cache:6379',
    );
    expect(await clean('https://ada:letmein1@example.com/feed')).toBe(
      'https://ada:[REDACTED:connection-string]@example.com/feed',
    );
  });

  it.each([
    ['password: hunter2', 'password: [REDACTED:password]'],
    ['The password is Summer2026!', 'The password is [REDACTED:password]'],
    ['DB_PASSWORD=correcthorse', 'DB_PASSWORD=[REDACTED:password]'],
    ['Passwort: geheim123', 'Passwort: [REDACTED:password]'],
    ['PWD=hunter2;Database=shop', 'PWD=[REDACTED:password];Database=shop'],
    [`api_key = "${mixed(20)}"`, 'api_key = "[REDACTED:secret]"'],
    [`?apiKey=${hex(32)}&page=2`, '?apiKey=[REDACTED:secret]&page=2'],
    [`client_secret: ${hex(40)}`, 'client_secret: [REDACTED:secret]'],
    [`{"access_token":"${mixed(30)}"}`, '{"access_token":"[REDACTED:secret]"}'],
    [`aws_secret_access_key = ${mixed(40)}`, 'aws_secret_access_key = [REDACTED:secret]'],
    [`token: ${mixed(2_000)}`, 'token: [REDACTED:token]'],
    ['token: pwd=hunter2', 'token: pwd=[REDACTED:password]'],
  ])('hides what stands beside a name: %s', async (text, expected) => {
    expect(await clean(text)).toBe(expected);
  });

  it('hides what only the preset of secretlint knows, whole', async () => {
    expect(await clean(`use SG.${mixed(22)}.${mixed(43)} here`)).toMatch(/^use \[REDACTED:sendgrid\] here$/);
    expect(await clean(`hf_${'abcdefghijklmnopqrstuvwxyzABCDEFGH'}`)).toBe('[REDACTED:huggingface]');
  });

  it('does not let a text switch the detector off', async () => {
    const text = `secretlint-disable\nuse hf_${'abcdefghijklmnopqrstuvwxyzABCDEFGH'}`;
    expect(await clean(text)).toBe('secretlint-disable\nuse [REDACTED:huggingface]');
  });

  it('hides every one of many, each in its own text', async () => {
    const token = `hf_${'abcdefghijklmnopqrstuvwxyzABCDEFGH'}`;
    expect(
      await redactCredentials([`a ${token} ${token}`, 'nothing here', `b sk-${mixed(30)}`, token]),
    ).toEqual({
      value: [
        'a [REDACTED:huggingface] [REDACTED:huggingface]',
        'nothing here',
        'b [REDACTED:api-key]',
        '[REDACTED:huggingface]',
      ],
      count: 4,
    });
  });
});

describe('redactCredentials in fields', () => {
  it.each([
    [{ password: 'hunter2' }, { password: '[REDACTED:password]' }],
    [{ userPassword: 'correct horse' }, { userPassword: '[REDACTED:password]' }],
    [{ password: 48_151_623 }, { password: '[REDACTED:password]' }],
    [{ passwords: ['hunter2', 'letmein'] }, { passwords: ['[REDACTED:password]', '[REDACTED:password]'] }],
    [{ stripeApiKey: 'abcdefgh' }, { stripeApiKey: '[REDACTED:secret]' }],
    [{ 'x-api-key': hex(16) }, { 'x-api-key': '[REDACTED:secret]' }],
    [{ refresh_token: hex(36) }, { refresh_token: '[REDACTED:secret]' }],
    [{ token: mixed(24) }, { token: '[REDACTED:token]' }],
    [{ Authorization: 'Token abcdef' }, { Authorization: '[REDACTED:header]' }],
    [{ 'Set-Cookie': 'sid=abcdef; Path=/' }, { 'Set-Cookie': '[REDACTED:header]' }],
    [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'DB_PASSWORD', value: '[REDACTED:password]' },
    ],
    [{ secret: { value: 'abcdefgh' } }, { secret: { value: '[REDACTED:secret]' } }],
    [{ a: [{ b: { pwd: 'hunter2' } }] }, { a: [{ b: { pwd: '[REDACTED:password]' } }] }],
  ] as [Json, Json][])('hides the value of %j', async (value, expected) => {
    expect(await clean(value)).toEqual(expected);
  });

  it('hides credentials that are keys, and keeps two of them apart', async () => {
    const value = { [`sk-${mixed(30)}`]: 'ada', [`sk-${mixed(31)}`]: 'bob' };
    expect(await redactCredentials(value)).toEqual({
      value: { '[REDACTED:api-key]': 'ada', '[REDACTED:api-key] 2': 'bob' },
      count: 2,
    });
  });

  it('keeps a member named __proto__ a member', async () => {
    const value = JSON.parse('{"__proto__": {"password": "hunter2"}}') as Json;
    expect(JSON.stringify(await clean(value))).toBe('{"__proto__":{"password":"[REDACTED:password]"}}');
  });

  it('changes nothing more when it runs again', async () => {
    const once = await clean({ password: 'hunter2', text: `Bearer ${mixed(24)}, token=${mixed(24)}` });
    expect(await redactCredentials(once)).toEqual({ value: once, count: 0 });
  });
});

describe('redactCredentials leaves alone', () => {
  it.each([
    ['UUIDs', { id: '0b0e7a1e-4c38-4d8e-9a59-6f1f8f5b0c11', token: '0b0e7a1e-4c38-4d8e-9a59-6f1f8f5b0c11' }],
    ['hashes in ordinary fields', { sha: hex(40), checksum: hex(64), etag: `"${hex(32)}"`, commit: hex(40) }],
    [
      'order numbers',
      { id: 'AC-1042', text: 'Order AC-1042, invoice INV-2026-000117, parcel 00340434161094042557.' },
    ],
    ['IBANs and cards', { iban: 'DE89 3704 0044 0532 0130 00', other: 'GB29NWBK60161331926819' }],
    [
      'authorizations of insurers',
      { priorAuthorization: 'PA-2026-00412', text: 'Prior authorization: PA-2026-00412' },
    ],
    [
      'dates, links and addresses',
      ['2026-03-01T10:00:00.000Z', 'https://example.com/a?b=c&page=2', 'ada@example.com'],
    ],
    [
      'cursors',
      { nextPageToken: mixed(40), continuation_token: mixed(40), text: `nextPageToken=${mixed(40)}` },
    ],
    ['counts of tokens', { tokens: 1_200, max_tokens: 4_096, token_type: 'bearer', tokenCount: '1200' }],
    ['facts about passwords', { passwordChangedAt: '2026-03-01', hasPassword: true, password: null }],
    [
      'prose',
      [
        'Your password: required, at least 8 characters.',
        'The password is incorrect.',
        'The token is invalid, and the secret is out.',
        'Reset your password: https://example.com/reset',
        'Basic information about Bearer certificates',
        'The file begins with -----BEGIN PRIVATE KEY----- and is to be kept.',
      ],
    ],
    ['labels of forms', { password: 'Choose a new password', labels: { secret: 'Your secret question' } }],
    ['placeholders', { password: '********', apiKey: '{{ apiKey }}', text: 'password=<your-password>' }],
    ['variables', { password: '$' + '{DB_PASSWORD}', text: 'PASSWORD=process.env.DB_PASSWORD' }],
    ['short things', [null, true, 0, '', 'ok', [], {}]],
  ] as [string, Json][])('%s', async (_, value) => {
    expect(await redactCredentials(value)).toEqual({ value, count: 0 });
  });
});

describe('redactCredentials', () => {
  it('counts what it hid', async () => {
    expect(await count({ password: 'hunter2', text: `password=hunter2 and sk-${mixed(30)}` })).toBe(3);
  });

  it('throws when its detector does', async () => {
    const broken = () => Promise.reject(new Error('out of memory'));
    await expect(redactCredentials('a text with something-that-is-long', broken)).rejects.toThrow(
      'out of memory',
    );
  });
});
