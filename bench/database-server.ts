import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { makePartitions } from '../src/foundation/queue/retention/index.ts';
import { startEmbeddedPostgres } from '../src/foundation/store/embedded/index.ts';
import {
  makeTemporaryHome,
  removeLeftOverHomes,
} from '../src/foundation/store/embedded/testing/temporary-home.ts';
import { migrate } from '../src/foundation/store/migrate.ts';
import { closeAtEnd } from './closing.ts';

const migrations = fileURLToPath(new URL('../src/foundation/store/migrations/', import.meta.url));

/** An embedded PostgreSQL, fsync on, in a temporary folder that is deleted at the end. */
export type DatabaseServer = {
  /** A database with nothing in it, as its owner's address. */
  emptyDatabase(): Promise<string>;
  /** A database with our schema and partitions, as a server's start leaves it. */
  newDatabase(): Promise<string>;
  /** Deletes a database whose figures are taken, so that it costs the next ones nothing. */
  drop(url: string): Promise<void>;
  stop(): Promise<void>;
};

export async function startDatabaseServer(): Promise<DatabaseServer> {
  // Of benches that were killed.
  await removeLeftOverHomes(tmpdir());
  const { home, remove } = await makeTemporaryHome(tmpdir());
  const removed = closeAtEnd(remove);
  const server = await startEmbeddedPostgres({ home });
  const stopped = closeAtEnd(server.stop);
  let databases = 0;
  const emptyDatabase = async () => {
    databases += 1;
    const name = `bench_${databases}`;
    await asOwner(server.url, (owner) => owner.query(`CREATE DATABASE ${name}`));
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  };
  return {
    emptyDatabase,
    async newDatabase() {
      const url = await emptyDatabase();
      await migrate(url, { directory: migrations });
      await asOwner(url, (owner) => makePartitions(owner));
      return url;
    },
    async drop(url) {
      const name = new URL(url).pathname.slice(1);
      await asOwner(server.url, (owner) => owner.query(`DROP DATABASE ${name} WITH (FORCE)`));
      // What it left to write belongs to its own figures, not to the next ones.
      await asOwner(server.url, (owner) => owner.query('CHECKPOINT'));
    },
    async stop() {
      await stopped();
      await removed();
    },
  };
}

/** One connection with the owner's rights, for as long as the work takes. */
export async function asOwner<Result>(
  url: string,
  work: (owner: pg.Client) => Promise<Result>,
): Promise<Result> {
  const owner = new pg.Client(url);
  owner.on('error', () => {});
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
