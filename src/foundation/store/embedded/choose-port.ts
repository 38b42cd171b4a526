import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range from which Linux (32768) and macOS (49152) take the ports of outgoing connections,
 * so that the port which is kept is still free at the next start.
 */
const lowest = 20_000;
const highest = 30_000;

/**
 * Chooses a free port on 127.0.0.1.
 *
 * @param kept The port of the last time: chosen again if it is free.
 * @example
 * await choosePort(); // 24017
 */
export async function choosePort(kept?: number): Promise<number> {
  let port = kept ?? randomInt(lowest, highest);
  while (!(await isFree(port))) port = randomInt(lowest, highest);
  return port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
