import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeService, startFakeService } from './index.ts';

describe('the fake service', () => {
  let service: FakeService;
  beforeEach(async () => {
    service = await startFakeService();
  });
  afterEach(() => service.stop());

  const call = (name: string, key: string | undefined, body: object = { amount: 5 }) =>
    fetch(`${service.url}/effects/${name}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    });

  it('does an effect once for a key, and answers the same again', async () => {
    const first = await call('refund', 'k1');
    const second = await call('refund', 'k1');
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(await second.json()).toEqual(await first.json());
    expect(service.effects).toEqual([{ id: 'effect_1', name: 'refund', key: 'k1', input: { amount: 5 } }]);
    expect(service.calls).toHaveLength(2);
  });

  it('does an effect again without a key', async () => {
    await call('refund', undefined);
    await call('refund', undefined);
    expect(service.effects).toHaveLength(2);
  });

  it('refuses a key that returns with other input', async () => {
    await call('refund', 'k1', { amount: 5 });
    expect((await call('refund', 'k1', { amount: 6 })).status).toBe(422);
    expect(service.effects).toHaveLength(1);
  });

  it('counts two calls at the same time with one key as one effect', async () => {
    const statuses = await Promise.all(
      ['k1', 'k1', 'k1'].map(async (key) => (await call('refund', key)).status),
    );
    expect(statuses.sort()).toEqual([200, 200, 201]);
  });

  it('drops the connection before the effect, or after it', async () => {
    service.fault('drop_before');
    await expect(call('refund', 'k1')).rejects.toThrow();
    expect(service.effects).toHaveLength(0);
    service.fault('drop_after');
    await expect(call('refund', 'k1')).rejects.toThrow();
    expect(service.effects).toHaveLength(1);
    expect((await call('refund', 'k1')).status).toBe(200);
  });

  it('fails only the effect that is named', async () => {
    service.fault('server_error', { name: 'refund', times: 2 });
    expect((await call('mail', 'k1')).status).toBe(201);
    expect([(await call('refund', 'k2')).status, (await call('refund', 'k2')).status]).toEqual([503, 503]);
    expect((await call('refund', 'k2')).status).toBe(201);
  });

  it('hangs after the effect until the caller gives up', async () => {
    service.fault('hang_after');
    const giveUp = new AbortController();
    const hanging = fetch(`${service.url}/effects/refund`, { method: 'POST', signal: giveUp.signal });
    await expect.poll(() => service.effects.length).toBe(1);
    giveUp.abort();
    await expect(hanging).rejects.toThrow();
  });

  it('lists effects and calls to another process', async () => {
    await call('refund', 'k1');
    const listed = await (await fetch(`${service.url}/effects`)).json();
    expect(listed).toEqual({ effects: service.effects, calls: [{ name: 'refund', key: 'k1' }] });
  });
});
