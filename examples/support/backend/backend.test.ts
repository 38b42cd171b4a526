import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from './create-backend.ts';

const server = createBackend();
let origin: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const ask = async (method: string, path: string, body?: unknown, key?: string) => {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const effects = async () => (await ask('GET', '/effects')).body.effects as Record<string, unknown>[];

describe('what can be read', () => {
  it('is an account, by number, phone, name or e-mail', async () => {
    expect((await ask('GET', '/accounts/AC-1042')).body).toMatchObject({ name: 'Maria Lopez' });
    for (const query of ['phone=555-0142', 'name=maria%20lopez', 'email=maria.lopez@example.com']) {
      expect((await ask('GET', `/accounts?${query}`)).body).toMatchObject({
        accounts: [{ account: 'AC-1042' }],
      });
    }
    expect((await ask('GET', '/accounts?phone=1')).body).toEqual({ accounts: [] });
  });

  it('is a line and a bill, the latest or that of a month', async () => {
    expect((await ask('GET', '/accounts/AC-1042/line')).body).toMatchObject({ status: 'down' });
    expect((await ask('GET', '/accounts/AC-1042/bill')).body).toMatchObject({ month: '2026-02', usd: 46.25 });
    expect((await ask('GET', '/accounts/AC-1042/bill?month=2026-01')).body).toMatchObject({
      usd: 39.9,
      paid: true,
    });
  });

  it.each([
    ['/accounts/AC-9999/line', 'no_account'],
    ['/accounts/AC-1042/bill?month=1999-01', 'no_bill'],
    ['/nowhere', 'no_route'],
  ])('is not %s', async (path, code) => {
    expect(await ask('GET', path)).toMatchObject({ status: 404, body: { code } });
  });
});

describe('what changes something', () => {
  it('happens once under its key, whatever comes again', async () => {
    const credit = () => ask('POST', '/accounts/AC-1043/credits', { usd: 5, reason: 'outage' }, 'key-1');
    const replies = await Promise.all([credit(), credit(), credit()]);
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(replies[0]).toMatchObject({ status: 201, body: { account: 'AC-1043', usd: 5, reason: 'outage' } });
    expect((await effects()).filter(({ key }) => key === 'key-1')).toEqual([
      { key: 'key-1', kind: 'credit', account: 'AC-1043', usd: 5 },
    ]);
    expect((await ask('GET', '/accounts/AC-1043/bill')).body).toMatchObject({ creditOnNextBillUsd: 5 });
  });

  it('can be taken back, once', async () => {
    const { body } = await ask('POST', '/accounts/AC-1045/credits', { usd: 7 }, 'key-2');
    for (let round = 0; round < 2; round += 1) {
      expect((await ask('DELETE', `/credits/${body.credit}`, undefined, 'key-3')).body).toMatchObject({
        reversed: true,
      });
    }
    expect((await effects()).filter(({ kind }) => kind === 'credit-reversal')).toHaveLength(1);
    expect((await ask('GET', '/accounts/AC-1045/bill')).body.creditOnNextBillUsd).toBeUndefined();
  });

  it('is a line test, too', async () => {
    expect(await ask('POST', '/accounts/AC-1044/line-tests', undefined, 'key-4')).toMatchObject({
      status: 201,
      body: { result: 'failed', downloadMbps: 4 },
    });
    expect(await effects()).toContainEqual({ key: 'key-4', kind: 'line-test', account: 'AC-1044' });
  });

  it.each([
    ['without a key', '/accounts/AC-1042/credits', { usd: 5 }, undefined, 400, 'no_key'],
    ['with a key of another request', '/accounts/AC-1042/credits', { usd: 6 }, 'key-1', 422, 'key_reused'],
    ['of no amount', '/accounts/AC-1042/credits', { usd: -5 }, 'key-5', 400, 'bad_amount'],
    ['of too much', '/accounts/AC-1042/credits', { usd: 1001 }, 'key-5', 400, 'bad_amount'],
    ['of no account', '/accounts/AC-9999/credits', { usd: 5 }, 'key-5', 404, 'no_account'],
    ['that is no JSON', '/accounts/AC-1042/credits', '{', 'key-5', 400, 'bad_json'],
    ['that is too long', '/accounts/AC-1042/credits', 'x'.repeat(70_000), 'key-5', 413, 'too_long'],
  ])('is refused %s', async (_how, path, body, key, status, code) => {
    expect(await ask('POST', path, body, key)).toMatchObject({ status, body: { code } });
    expect((await effects()).some((effect) => effect.key === 'key-5')).toBe(false);
  });
});
