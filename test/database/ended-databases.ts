import pg from 'pg';

/**
 * Databases that nobody gets into any more, and that still have their files. So many lose them together: for five
 * seconds after a deletion ext4 looks through what was deleted before it makes a file (`recently_deleted` in its
 * ialloc.c), and a database is a thousand files. To delete one at a time made the next ones five to ten times as slow.
 */
export class EndedDatabases {
  readonly #names = new Set<string>();
  readonly #together: number;

  constructor(together: number) {
    this.#together = together;
  }

  /** Cuts off who is connected, and lets nobody in. */
  async end(client: pg.Client, name: string): Promise<void> {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0 || this.#names.has(name)) return;
    await client.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} ALLOW_CONNECTIONS false`);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    this.#names.add(name);
    if (this.#names.size < this.#together) return;
    const together = [...this.#names];
    this.#names.clear();
    for (const one of together) {
      await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(one)} WITH (FORCE)`);
    }
  }
}
