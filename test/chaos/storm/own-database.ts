import { tmpdir } from 'node:os';
import { startEmbeddedPostgres } from '../../../src/foundation/store/embedded/index.ts';
import { runningServer } from '../../../src/foundation/store/embedded/testing/server-facts.ts';
import { makeTemporaryHome } from '../../../src/foundation/store/embedded/testing/temporary-home.ts';
import { until } from './until.ts';

/** A PostgreSQL server that belongs to one test alone, which may kill it: it is started again, on the same port. */
export type OwnDatabase = {
  url: string;
  /** Its first process, once it is up. */
  postmaster(): Promise<number>;
  /** Stops the server and deletes its data. */
  drop(): Promise<void>;
};

/** A server is back almost as soon as it was killed: kills come closer together, and fall into what it left undone. */
const PAUSES = { interval: 50, longest: 200 };

/** Every commit is on disk before it is acknowledged: what a server promised must be there after its death. */
export async function startOwnDatabase(): Promise<OwnDatabase> {
  const { home, remove } = await makeTemporaryHome(tmpdir());
  const postgres = await startEmbeddedPostgres({ home, pauses: PAUSES });
  return {
    url: postgres.url,
    postmaster: () =>
      until('database server that is up', async () => {
        const server = await runningServer(home).catch(() => undefined);
        return server?.status === 'ready' ? server.pid : undefined;
      }),
    async drop() {
      await postgres.stop();
      await remove();
    },
  };
}
