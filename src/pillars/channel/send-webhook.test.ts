import { Webhook } from 'standardwebhooks';
import { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { guardedLookup } from './guarded-lookup.ts';
import { sendWebhook } from './send-webhook.ts';
import { type Receiver, startReceiver } from './testing/start-receiver.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let receiver: Receiver;
let agent: Agent;
beforeAll(async () => {
  receiver = await startReceiver();
  agent = new Agent();
});
afterAll(async () => {
  await agent.destroy();
  await receiver.stop();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => response.writeHead(204).end();
});

const send = (options: { url?: string; dispatcher?: Agent; timeout?: number } = {}) =>
  sendWebhook(
    options.dispatcher ?? agent,
    {
      id: 'msg-1',
      url: new URL(options.url ?? `${receiver.url}/hooks`),
      body: '{"type":"run.succeeded"}',
      secret,
      at: Date.now(),
    },
    options.timeout,
  );

describe('a webhook that is sent', () => {
  it('is signed, so that a receiver with the secret believes it', async () => {
    expect(await send()).toEqual({ kind: 'delivered' });
    const [message] = receiver.received;
    expect(message?.headers['webhook-id']).toBe('msg-1');
    expect(message?.headers['content-type']).toBe('application/json');
    const headers = message?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(message?.body ?? '', headers)).toEqual({ type: 'run.succeeded' });
    const other = new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`);
    expect(() => other.verify(message?.body ?? '', headers)).toThrow('No matching signature');
  });

  it.each([
    [200, { kind: 'delivered' }],
    [299, { kind: 'delivered' }],
    [410, { kind: 'gone' }],
    [400, { kind: 'failed', reason: 'The receiver answered 400.' }],
    [404, { kind: 'failed', reason: 'The receiver answered 404.' }],
    [500, { kind: 'failed', reason: 'The receiver answered 500.' }],
  ])('and answered with %d', async (status, result) => {
    receiver.answer = (response) => response.writeHead(status).end('thanks');
    expect(await send()).toEqual(result);
  });

  it('does not follow a redirect', async () => {
    receiver.answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end();
    expect(await send()).toEqual({ kind: 'failed', reason: 'The receiver answered 307.' });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks']);
  });

  it('is given up on when there is no answer in time', async () => {
    receiver.answer = () => {};
    expect(await send({ timeout: 50 })).toEqual({ kind: 'failed', reason: 'No answer within 0.05 s.' });
  });

  it('counts as delivered by its status, however long the answer is', async () => {
    receiver.answer = (response) => response.writeHead(200).end('x'.repeat(1_000_000));
    expect(await send()).toEqual({ kind: 'delivered' });
  });

  it('fails when nobody listens', async () => {
    expect(await send({ url: 'http://127.0.0.1:1/' })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('never reaches a host whose name leads inside', async () => {
    const port = new URL(receiver.url).port;
    const guarded = new Agent({
      connect: {
        lookup: guardedLookup({
          allowLoopback: false,
          resolve: async () => [{ address: '127.0.0.1', family: 4 }],
        }),
      },
    });
    expect(await send({ url: `http://hooks.example.com:${port}/`, dispatcher: guarded })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('not on the public internet'),
    });
    expect(receiver.received).toEqual([]);
    await guarded.destroy();
  });
});
