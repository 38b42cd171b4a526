import { readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explainSystemError } from '../explain-failure.ts';
import { readHomeFile } from '../home-file.ts';
import { lockHome } from '../lock-home.ts';
import { findRunningServer } from '../running-server.ts';
import { stopServer } from '../stop-server.ts';

/**
 * Deletes the embedded PostgreSQL of a data folder with all its data: stops a server that was left
 * running, and removes its database, password, port and log, wherever they are.
 *
 * @throws BulkheadError `home_in_use` while a supervisor lives, `home_not_accessible`
 * @example
 * await removeEmbeddedPostgres({ home: '.bulkhead' });
 */
export async function removeEmbeddedPostgres(options: { home: string }): Promise<void> {
  try {
    const lock = await lockHome(options.home);
    try {
      const home = await realpath(options.home);
      const place = join(home, 'postgres');
      const data = await realpath(join(place, 'data')).catch(() => undefined);
      const server = data === undefined ? undefined : await findRunningServer(data);
      if (server !== undefined) await stopServer(server);
      const outside = await readlink(place).catch(() => undefined);
      // The link of a copied folder still points to the database of the original.
      const isOurs = outside !== undefined && (await readHomeFile(join(outside, 'home'))) === home;
      if (isOurs) await rm(outside, { recursive: true, force: true });
      for (const name of ['', '.password', '.port', '.log', '.log.1']) {
        await rm(`${place}${name}`, { recursive: true, force: true });
      }
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw explainSystemError(error, options.home);
  }
}
