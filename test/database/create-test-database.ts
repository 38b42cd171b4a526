import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { withConnection, withDatabase } from './connection.ts';
import { uniqueName } from './database-name.ts';
import { EndedDatabases } from './ended-databases.ts';
import type { TestServer } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

/** A database of one test file, with all migrations applied and nothing in it. */
export type TestDatabase = {
  url: string;
  /** Ends it: who is connected is cut off, and nobody is let in any more. Its files go later, with those of others. */
  drop(): Promise<void>;
};

const maximumAttempts = 20;

const ofThisProcess = new EndedDatabases(60);

/**
 * Makes a database for the test file that calls it, in some 60 ms. The login owns it and may do anything;
 * `openStore` narrows that to the application's roles.
 *
 * @example
 * const database = await createTestDatabase();
 * afterAll(() => database.drop());
 * const store = openStore({ url: database.url, role: 'bulkhead_worker' });
 */
export async function createTestDatabase(ended: EndedDatabases = ofThisProcess): Promise<TestDatabase> {
  const { url, template, run } = inject('testServer');
  const name = uniqueName(run);
  const identifier = pg.escapeIdentifier(name);
  await withConnection(url, async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.query(`CREATE DATABASE ${identifier} TEMPLATE ${pg.escapeIdentifier(template)}`);
        return;
      } catch (error) {
        // 55006: the template is in use, as by an autovacuum that has not made way yet.
        const isBusy = error instanceof pg.DatabaseError && error.code === '55006';
        if (!isBusy || attempt === maximumAttempts) throw error;
        await sleep(randomInt(20, 100));
      }
    }
  });
  return {
    url: withDatabase(url, name),
    drop: () => ended.end(url, name),
  };
}
