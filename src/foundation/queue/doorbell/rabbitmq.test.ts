import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startTcpProxy } from '../../../../test/fakes/tcp-proxy/index.ts';
import { connectRabbitmq } from '../broker/index.ts';
import { openDoorbell } from './index.ts';
import { describeDoorbell } from './testing/doorbell-conformance.ts';
import { hear, untilHeard } from './testing/hear.ts';

const { TEST_RABBITMQ_URL: url = '' } = process.env;

describeDoorbell('a doorbell over RabbitMQ', {
  skip: url === '' && 'TEST_RABBITMQ_URL names no server',
  fanOut: true,
  async start() {
    const exchange = `bulkhead_test_${randomUUID()}`;
    const address = `${url}?exchange=${exchange}`;
    return {
      address,
      open: (through) => openDoorbell(through(address), { url: 'unused', log: () => {} }),
      async stop() {
        const connection = await connectRabbitmq(url, () => {});
        await (await connection.model.createChannel()).deleteExchange(exchange);
        await connection.close();
      },
    };
  },
});

describe.skipIf(url === '')('a doorbell over RabbitMQ whose exchange is of another kind', () => {
  it('holds no connection for each of its tries, and rings once the exchange is mended', async () => {
    const exchange = `bulkhead_test_${randomUUID()}`;
    const connection = await connectRabbitmq(url, () => {});
    const channel = await connection.model.createChannel();
    await channel.assertExchange(exchange, 'direct', { durable: false });
    const wire = await startTcpProxy(url);
    const warnings: string[] = [];
    const doorbell = openDoorbell(wire.through(`${url}?exchange=${exchange}`), {
      url: 'unused',
      log: (level, _, facts) => void warnings.push(`${level} ${String(facts?.reason)}`),
    });
    let most = 0;
    const end = Date.now() + 1_000;
    while (Date.now() < end) {
      doorbell.ring();
      await new Promise((resolve) => setTimeout(resolve, 20));
      most = Math.max(most, wire.connections);
    }
    expect(most).toBeLessThanOrEqual(1);
    expect(warnings).toEqual([expect.stringMatching(/^warn .*PRECONDITION/)]);

    await channel.deleteExchange(exchange);
    const listener = await hear(doorbell);
    await untilHeard(doorbell, listener, 'mended');
    await listener.stop();
    await doorbell.close();
    await channel.deleteExchange(exchange);
    await connection.close();
    await wire.stop();
  });
});
