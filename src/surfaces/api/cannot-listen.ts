import { once } from 'node:events';
import { createServer } from 'node:net';
import { BulkheadError } from '../../contract/errors.ts';

/** Why nobody can listen at an address, and what to do. */
export function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): BulkheadError {
  if (error.code === 'EADDRINUSE') {
    return new BulkheadError({
      code: 'port_in_use',
      message: `Port ${port} on ${host} is taken by another program. Stop that program, or choose another port with BULKHEAD_PORT.`,
      details: { host, port },
      cause: error,
    });
  }
  return new BulkheadError({
    code: 'cannot_listen',
    message: `The API cannot listen on ${host}:${port} (${error.message}). Choose another address or port (BULKHEAD_PORT).`,
    details: { host, port },
    cause: error,
  });
}

/**
 * Tells at once that an address cannot be had, before anything is made that would then be of no use.
 *
 * @throws BulkheadError `port_in_use`, `cannot_listen`
 */
export async function requireFreePort({ host, port }: { host: string; port: number }): Promise<void> {
  const probe = createServer();
  probe.listen(port, host);
  await once(probe, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw cannotListen(error, host, port);
  });
  probe.close();
  await once(probe, 'close');
}
