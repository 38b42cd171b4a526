import { describe, expect, it, vi } from 'vitest';
import { startFakeSqs } from '../../../../test/fakes/sqs/index.ts';
import { openDoorbell } from './index.ts';
import { describeDoorbell } from './testing/doorbell-conformance.ts';
import { hear, until } from './testing/hear.ts';

async function start() {
  const sqs = await startFakeSqs();
  for (const [name, value] of Object.entries(sqs.environment)) vi.stubEnv(name, value);
  const queue = sqs.createQueue('bells');
  return {
    address: sqs.url,
    open: (through: (url: string) => string) =>
      openDoorbell(`sqs://bells?endpoint=${encodeURIComponent(through(sqs.url))}`, {
        url: 'unused',
        log: () => {},
      }),
    stop: () => sqs.stop(),
    sqs,
    queue,
  };
}

describeDoorbell('a doorbell over SQS', { fanOut: false, start });

describe('a ring over SQS', () => {
  it('is deleted by whoever received it, also when it came twice and in another order', async () => {
    const { queue, open, stop } = await start();
    const doorbell = open((url) => url);
    queue.reversed = true;
    queue.doubled = 2;
    doorbell.ring('run-1');
    await until(() => queue.messages.length).toBe(1);
    doorbell.ring('run-2');
    await until(() => queue.messages.length).toBe(2);
    const listener = await hear(doorbell);
    await until(() => queue.messages.length).toBe(0);
    expect(listener.heard).toEqual(expect.arrayContaining(['run-1', 'run-2']));
    await listener.stop();
    await doorbell.close();
    await stop();
  });
});
