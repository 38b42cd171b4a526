import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { createTestDatabase } from '../../../../test/database/index.ts';
import { systemClock } from '../../../contract/clock.ts';
import { openStore } from '../../store/index.ts';
import { dataKeyFrom } from '../../vault/index.ts';
import { type FrameRow, GENESIS, type Stream } from '../frame.ts';
import { readStreams } from '../read.ts';
import type { StreamWriter } from '../stream-writer.ts';
import { JournalWriter } from '../writer.ts';

/** A journal on a database of its own, with a worker's rights. */
export type TestJournal = {
  url: string;
  pool: pg.Pool;
  /** As the database's owner. */
  owner: pg.Pool;
  /** A writer; its pool may be one that fails on purpose. */
  writer(pool?: pg.Pool): JournalWriter;
  /** A run's row that this epoch owns, and its stream; the run belongs to a tenant that is there. */
  ownedRun(epoch: number, more?: { parent?: string; webhook?: string; inbox?: number }): Promise<Stream>;
  frames(stream: Stream): Promise<FrameRow[]>;
  drop(): Promise<void>;
};

const TENANT = 'acme';

/** A stream under a key of its own; nothing of it is in the database. */
export function newStream(more: Partial<Stream> = {}): Stream {
  return { class: 'standard', id: uuidv7(), tenant: TENANT, key: dataKeyFrom(randomBytes(32)), ...more };
}

/** Takes up a stream at its beginning. */
export function openAtStart(
  writer: JournalWriter,
  stream: Stream,
  more: { epoch?: number; parent?: string; onLost?: (error: Error) => void } = {},
): StreamWriter {
  return writer.open({ stream, epoch: 1, next: 0, head: GENESIS, ...more });
}

export async function openTestJournal(): Promise<TestJournal> {
  const database = await createTestDatabase();
  const store = openStore({ url: database.url, role: 'bulkhead_worker' });
  const owner = new pg.Pool({ connectionString: database.url, max: 3 });
  owner.on('error', () => undefined);
  await owner.query(`INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ($1, 'Acme', $2, '')`, [
    TENANT,
    uuidv7(),
  ]);
  return {
    url: database.url,
    pool: store.pool,
    owner,
    writer: (pool = store.pool) => new JournalWriter({ pool, clock: systemClock }),
    async ownedRun(epoch, { parent, webhook, inbox = 0 } = {}) {
      const stream = newStream();
      await owner.query(
        `INSERT INTO run (id, tenant, class, agent, kind, version, principal, budget, status, worker, epoch,
           parent, parent_key, webhook, inbox)
         VALUES ($1, $2, 'standard', 'a', 'workflow', 'v', 'p', '{}', 'running', gen_random_uuid(), $3, $4,
           'child#1', $5, $6)`,
        [stream.id, TENANT, epoch, parent ?? null, webhook ?? null, inbox],
      );
      return stream;
    },
    frames: async (stream) => (await readStreams(owner, stream.class, [stream.id])).get(stream.id) ?? [],
    async drop() {
      await store.close();
      await owner.end();
      await database.drop();
    },
  };
}
