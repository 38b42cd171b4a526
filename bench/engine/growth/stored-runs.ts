import type pg from 'pg';
import { asOwner, type DatabaseServer } from '../../database-server.ts';
import { type Growth, percentile } from '../../report.ts';
import { type BareEngine, startBareEngine } from '../bare-engine.ts';
import { idleTimes, throughput } from '../throughput.ts';

const RUNS = 2_000;
const IDLE_RUNS = 60;
/** Rows in one statement: bounds its transaction. */
const SLICE = 100_000;
/** The copies' ids are of the last hours, so that they lie where real runs of that age would. Ms. */
const AGE = 7_200_000;

/** New work beside so many runs that have ended. */
export async function byStoredRuns(server: DatabaseServer, levels: readonly number[]): Promise<Growth> {
  const url = await server.newDatabase();
  const engine = await startBareEngine(url, { capacity: 50 });
  const rows: Growth['rows'] = [];
  try {
    const original = await oneRun(engine);
    let stored = 0;
    for (const level of levels) {
      await asOwner(url, (owner) => copyRun(owner, original, stored, level));
      stored = level;
      const runsPerSecond = await throughput(engine, 'memos', RUNS);
      rows.push({ level, values: [runsPerSecond, percentile(await idleTimes(engine, IDLE_RUNS), 0.5)] });
    }
  } finally {
    await engine.stop();
    await server.drop(url);
  }
  return {
    title:
      'By stored runs: copies by SQL of a real, short run with its data key and its frames, then vacuumed',
    axis: 'storedRuns',
    columns: [
      { figure: 'runsPerSecond', unit: 'ten memos' },
      { figure: 'idleP50Ms', unit: 'ms' },
    ],
    rows,
  };
}

async function oneRun(engine: BareEngine): Promise<string> {
  const ended = new Promise<void>((resolve) => engine.onReleased(resolve));
  const run = await engine.submit('greeting');
  await ended;
  return run;
}

async function copyRun(owner: pg.Client, original: string, from: number, to: number): Promise<void> {
  const now = Date.now();
  for (let first = from + 1; first <= to; first += SLICE) {
    const last = Math.min(to, first + SLICE - 1);
    await copyRows(owner, { table: 'run', id: 'id', original, first, last, now });
    await copyRows(owner, { table: 'data_key', id: 'stream', original, first, last, now });
    await copyRows(owner, { table: 'frame', id: 'stream', original, first, last, now });
  }
  await owner.query('VACUUM (ANALYZE) run, data_key, frame');
}

type Copy = { table: string; id: string; original: string; first: number; last: number; now: number };

async function copyRows(owner: pg.Client, { table, id, original, first, last, now }: Copy): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attname <> $2`,
    [table, id],
  );
  const others = rows.map(({ name }) => name).join(', ');
  // A UUIDv7: 48 bits of milliseconds, version, variant, and a rest that differs.
  const copy = `(lpad(to_hex(${now - AGE}::bigint + n), 12, '0') || '70008' || left(md5(n::text), 15))::uuid`;
  await owner.query(
    `INSERT INTO ${table} (${id}, ${others})
     SELECT ${copy}, ${others} FROM ${table} CROSS JOIN generate_series($2::int, $3::int) AS n WHERE ${id} = $1`,
    [original, first, last],
  );
}
