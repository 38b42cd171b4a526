import pg from 'pg';
import { withConnection } from './connection.ts';

/**
 * Databases that nobody gets into any more, and that still have their files. So many lose them together: for five
 * seconds after a deletion ext4 looks through what was deleted before it makes a file (`recently_deleted` in its
 * ialloc.c), and a database is a thousand files. To delete one at a time made the next ones five to ten times as slow.
 * Nobody waits for it: the first deletion of sixty has the server write out all that the others hold, for 5 to 15 s.
 */
export class EndedDatabases {
  readonly #names = new Set<string>();
  readonly #together: number;
  #deletion = Promise.resolve();

  constructor(together: number) {
    this.#together = together;
  }

  /** Cuts off who is connected, and lets nobody in. */
  async end(url: string, name: string): Promise<void> {
    await withConnection(url, async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0 || this.#names.has(name)) return;
      await client.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} ALLOW_CONNECTIONS false`);
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      this.#names.add(name);
    });
    if (this.#names.size < this.#together) return;
    const together = [...this.#names];
    this.#names.clear();
    // What is left, because it failed or the process ended meanwhile, goes with the run's other databases at its end.
    this.#deletion = this.#deletion.then(() => deleteAll(url, together)).catch(() => {});
  }
}

function deleteAll(url: string, names: readonly string[]): Promise<void> {
  return withConnection(url, async (client) => {
    for (const name of names) {
      await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
    }
  });
}
