import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

type Received = { headers: Record<string, string>; body: string };

let world: World;
let receiver: Server;
let url: string;
const received: Received[] = [];
/** Statuses of the next answers; then 204. */
const answers: number[] = [];

beforeAll(async () => {
  world = await startWorld({ paces: { webhookPauses: [500] } });
  await world.deploy(PROJECT);
  receiver = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    received.push({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(parts).toString(),
    });
    response.writeHead(answers.shift() ?? 204).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  await world?.stop();
  receiver?.close();
});
beforeEach(() => {
  received.length = 0;
  answers.length = 0;
});

const PROJECT = `
import { workflow } from 'bulkhead';
import { z } from 'zod';

export const square = workflow({
  name: 'square',
  inputSchema: z.object({ number: z.number() }),
  run: async ({ number }) => {
    if (number < 0) throw new Error('Positive numbers only.');
    return number * number;
  },
});
export const nap = workflow({ name: 'nap', inputSchema: z.object({}), run: (_, { sleep }) => sleep('1h') });
`;

/** What a receiver does: verifies the signature with the tenant's secret, and reads what was sent. */
async function verified({ headers, body }: Received): Promise<Record<string, unknown>> {
  const { secret } = (await world.client.send<{ secret: string }>('GET', '/v1/webhook-secret')).body;
  return new Webhook(secret).verify(body, headers) as Record<string, unknown>;
}

const untilReceived = (count: number) =>
  expect.poll(() => received.length, { timeout: 15_000, interval: 50 }).toBe(count);

describe('a webhook', () => {
  it('tells the end of a run, signed, with facts and without content', async () => {
    const run = await world.client.run('square', { number: 123_456 }, { webhook: url });
    await untilReceived(1);
    const [message] = received as [Received];
    expect(await verified(message)).toEqual({
      type: 'run.succeeded',
      timestamp: expect.any(String),
      data: expect.objectContaining({ id: run.id, agent: 'square', status: 'succeeded', error: null }),
    });
    expect(message.body).not.toContain('15241383936');
    expect(message.headers['webhook-id']).toMatch(/^[\w-]+$/);
    await expect(
      verified({ ...message, body: message.body.replace('succeeded', 'failed') }),
    ).rejects.toThrow();
  });

  it('tells a failure and a cancel as well', async () => {
    await world.client.run('square', { number: -1 }, { webhook: url });
    await untilReceived(1);
    expect(await verified(received[0] as Received)).toMatchObject({
      type: 'run.failed',
      data: { error: { code: 'code_failed' } },
    });
    const napping = await world.client.run('nap', {}, { webhook: url });
    await world.client.send('POST', `/v1/runs/${napping.id}/cancel`);
    await untilReceived(2);
    expect(await verified(received[1] as Received)).toMatchObject({
      type: 'run.cancelled',
      data: { id: napping.id },
    });
  });

  it('is sent again after a 500, under the same id, and then no more', async () => {
    answers.push(500);
    const run = await world.client.run('square', { number: 2 }, { webhook: url });
    await untilReceived(2);
    const [first, second] = received as [Received, Received];
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.body).toBe(first.body);
    expect(await verified(second)).toMatchObject({ data: { id: run.id } });

    // The next message comes after every look at what is due: nothing was sent a third time before it.
    await world.client.run('square', { number: 3 }, { webhook: url });
    await untilReceived(3);
    expect(received[2]?.headers['webhook-id']).not.toBe(first.headers['webhook-id']);
  });
});
