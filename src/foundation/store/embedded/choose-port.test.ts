import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { choosePort } from './choose-port.ts';

it('a port stays below those that systems give to outgoing connections', async () => {
  const port = await choosePort();
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(30_000);
});

it('a port is kept while it is free, and given up when it is taken on this address or on all', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const intruder = createServer().listen(0, host);
    await once(intruder, 'listening');
    const { port } = intruder.address() as AddressInfo;
    expect(await choosePort(port)).not.toBe(port);
    intruder.close();
    await once(intruder, 'close');
    expect(await choosePort(port)).toBe(port);
  }
});
