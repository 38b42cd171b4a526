import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/database/index.ts';
import { DEFAULT_BUDGET } from '../../../contract/budget.ts';
import { appendExclusive, encodeFrame } from '../../journal/index.ts';
import { createRun } from '../../queue/index.ts';
import { createTenant, KeyRing } from '../../vault/index.ts';
import { FILLING } from './filling.ts';

/** A database with at least one row in every table, and values that are hard to carry. */
export type FilledDatabase = TestDatabase & {
  masterKey: Buffer;
  /** As its owner. */
  owner: pg.Pool;
  runs: { queued: string; running: string; ended: string };
};

const VERSION = 'f'.repeat(64);

export async function openOwner(url: string): Promise<pg.Pool> {
  const owner = new pg.Pool({ connectionString: url, max: 2 });
  owner.on('error', () => undefined);
  return owner;
}

export async function createFilledDatabase(): Promise<FilledDatabase> {
  const database = await createTestDatabase();
  const owner = await openOwner(database.url);
  const masterKey = randomBytes(32);
  const keys = new KeyRing(masterKey, {
    ofTenant: async (id) =>
      (await owner.query('SELECT wrapped_key AS key FROM tenant WHERE id = $1', [id])).rows[0]?.key,
    ofStream: async (_, stream) =>
      (await owner.query('SELECT wrapped AS key FROM data_key WHERE stream = $1', [stream])).rows[0]?.key,
  });
  await createTenant(owner, keys, { id: 'acme', name: 'Acme "Ümlaut" \\ & Söhne' });
  const runs = {
    queued: await makeRun(owner, keys),
    running: await makeRun(owner, keys),
    ended: await makeRun(owner, keys),
  };
  await owner.query(
    `UPDATE run SET status = 'running', worker = gen_random_uuid(), epoch = 41, usd = 0.1234567891,
       wake_at = '2026-03-01 12:00:00.123456+00' WHERE id = $1`,
    [runs.running],
  );
  await owner.query(`UPDATE run SET status = 'succeeded', finished_at = now(), lane = 0 WHERE id = $1`, [
    runs.ended,
  ]);
  await addFrames(owner, keys, runs.ended, 25);
  await appendToTenant(owner, keys);
  for (const text of FILLING) {
    await owner.query(
      text.replaceAll('$version', VERSION).replaceAll('$run', runs.ended).replaceAll('$id', randomUUID()),
    );
  }
  return {
    ...database,
    masterKey,
    owner,
    runs,
    async drop() {
      await owner.end();
      await database.drop();
    },
  };
}

async function makeRun(owner: pg.Pool, keys: KeyRing): Promise<string> {
  const { id } = await createRun(owner, keys, {
    tenant: 'acme',
    agent: 'support',
    kind: 'agent',
    version: VERSION,
    principal: 'ada',
    lane: 'normal',
    budget: DEFAULT_BUDGET,
    subject: 'customer 7',
    session: 'tab\tline\nfeed "quoted" 電話',
    input: 'Where is my order?',
  });
  return id;
}

/** Frames 1 to `count` of a run, under epoch 42. */
async function addFrames(owner: pg.Pool, keys: KeyRing, id: string, count: number): Promise<void> {
  const stream = { class: 'standard' as const, id, tenant: 'acme', key: await keys.dataKey('acme', id) };
  const { rows } = await owner.query('SELECT hash FROM frame WHERE stream = $1', [id]);
  let previous: Buffer = rows[0]?.hash;
  for (let frame = 1; frame <= count; frame += 1) {
    const output = frame === 7 ? 'x'.repeat(300_000) : `answer ${frame}`;
    const meta = { kind: 'step.completed', key: `step#${frame}`, operation: 'memo', outcome: 'ok' } as const;
    const entry = { meta: { ...meta, at: frame }, ...(frame % 5 === 0 ? {} : { body: { output } }) };
    const row = encodeFrame(stream, { frame, previous, epoch: 42 }, [entry]);
    await owner.query(
      `INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta, bodies)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [row.class, row.stream, row.frame, row.tenant, row.epoch, row.previous, row.hash, row.meta, row.bodies],
    );
    previous = row.hash;
  }
}

async function appendToTenant(owner: pg.Pool, keys: KeyRing): Promise<void> {
  const { rows } = await owner.query<{ stream: string }>(`SELECT stream FROM tenant WHERE id = 'acme'`);
  const id = rows[0]?.stream ?? '';
  const client = await owner.connect();
  try {
    await client.query('BEGIN');
    const stream = { class: 'permanent' as const, id, tenant: 'acme', key: await keys.dataKey('acme', id) };
    const meta = { kind: 'step.completed', key: 'looked', operation: 'memo', outcome: 'ok' } as const;
    await appendExclusive(client, stream, [{ meta }, { meta }], 1_750_000_000_000);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
