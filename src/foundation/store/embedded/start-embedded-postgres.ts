import { realpath } from 'node:fs/promises';
import { bringUpServer } from './bring-up-server.ts';
import { createPassword, passwordLost, readPassword } from './database-password.ts';
import { explainSystemError } from './explain-failure.ts';
import { locateCluster } from './locate-cluster.ts';
import { lockHome } from './lock-home.ts';
import { databaseUrl } from './owner-connection.ts';
import { majorOfData } from './prepare-binaries.ts';
import type { Durability } from './server-settings.ts';
import { stopServer } from './stop-server.ts';
import { type Pauses, watchServer } from './watch-server.ts';

/** A PostgreSQL server that this process looks after. */
export type EmbeddedPostgres = {
  /** Address of the application's database, with its owner's password. Stays the same over restarts. */
  url: string;
  /** On 127.0.0.1. */
  port: number;
  /** Whether the server was running already, left behind by a supervisor that was killed. */
  adopted: boolean;
  /** Stops the server and gives the data folder free. Calling it again waits for the same end. */
  stop(): Promise<void>;
};

/**
 * Starts and supervises the embedded PostgreSQL of a data folder, creating both at the first time.
 *
 * - One supervisor a folder: the folder's lock is held until `stop`.
 * - The server outlives Ctrl-C and a killed supervisor; the next start adopts it. A server that ends
 *   unasked is started again on the same port.
 * - It listens on 127.0.0.1 only, on a port that is kept from start to start, and lets nobody in
 *   without the password in `<home>/postgres.password`.
 * - Its log is `<home>/postgres.log`, its data `<home>/postgres`. Under root it runs as an unprivileged
 *   account, and when that cannot reach the folder, `<home>/postgres` is a link to `/var/lib/bulkhead/<id>`.
 *
 * @param options.home The data folder, such as `.bulkhead`; created if need be.
 * @param options.log Is told in sentences what happens to the server. Default: nobody.
 * @param options.durability `off` is for tests: a crash of the machine may then lose everything.
 * @param options.pauses How soon a server that ended unasked is started again; tests that kill it again and again
 *   need not wait. Default: half a second, and 5 s at most.
 * @throws BulkheadError `home_in_use`, `home_not_accessible`, `unsupported_platform`, `no_server_user`,
 *   `database_wrong_major`, `database_password_lost`, `database_missing`, `database_of_another_home`,
 *   `disk_full`, `database_did_not_start`
 * @example
 * const database = await startEmbeddedPostgres({ home: '.bulkhead' });
 * const client = new pg.Client(database.url);
 * // …
 * await database.stop();
 */
export async function startEmbeddedPostgres(options: {
  home: string;
  log?: (line: string) => void;
  durability?: Durability;
  pauses?: Pauses;
}): Promise<EmbeddedPostgres> {
  const { log = () => undefined, durability = 'full', pauses } = options;
  try {
    const lock = await lockHome(options.home);
    try {
      const home = await realpath(options.home);
      const cluster = await locateCluster(home, log);
      const isNew = (await majorOfData(cluster.data)) === undefined;
      const password = (await readPassword(home)) ?? (isNew ? await createPassword(home) : undefined);
      if (password === undefined) throw passwordLost(home);

      const wish = { cluster, password, durability };
      const { server, adopted } = await bringUpServer(wish);
      const { pid, port } = server;
      log(
        `The database server (process ${pid}) ${adopted ? 'was running already' : 'runs'} on port ${port}.`,
      );
      const watch = watchServer(server, {
        log,
        pauses,
        replace: async () => {
          if (await lock.isHeld()) return (await bringUpServer({ ...wish, fixedPort: port })).server;
          log(`${home} was deleted or replaced; its database is no longer looked after.`);
          return undefined;
        },
      });

      let stopped: Promise<void> | undefined;
      const stop = async () => {
        await watch.end();
        await stopServer(watch.server());
        await lock.release();
      };
      return {
        url: databaseUrl(port, password),
        port,
        adopted,
        stop: () => {
          stopped ??= stop();
          return stopped;
        },
      };
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw explainSystemError(error, options.home);
  }
}
