import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewRun } from './create-run.ts';
import { type NamedRun, RunCreator } from './run-creator.ts';
import { newRun, openTestQueue, type TestQueue } from './testing/open-test-queue.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterAll(() => queue?.drop());

const named = (more: Partial<NewRun> = {}): NamedRun => ({ id: uuidv7(), ...newRun(more) }) as NamedRun;

/** Counts what is sent, and lets the test hold it. */
function counting(pool: pg.Pool, before: () => Promise<void> = async () => {}) {
  let statements = 0;
  const query = async (...parameters: unknown[]) => {
    await before();
    statements += 1;
    return Reflect.apply(pool.query, pool, parameters) as Promise<pg.QueryResult>;
  };
  const counted = new Proxy(pool, {
    get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)),
  });
  return { pool: counted, statements: () => statements };
}

describe('a creator of runs', () => {
  it('makes those in one statement that come together, and rings once', async () => {
    const { pool, statements } = counting(queue.pool);
    const rings: number[] = [];
    const creator = new RunCreator({ pool, keys: queue.keys, ring: () => void rings.push(statements()) });
    const created = await Promise.all(Array.from({ length: 30 }, () => creator.create(named())));
    expect(new Set(created.map(({ id }) => id)).size).toBe(30);
    expect([statements(), rings]).toEqual([1, [1]]);
    const { rows } = await queue.owner.query('SELECT count(*)::int FROM frame WHERE stream = ANY($1)', [
      created.map(({ id }) => id),
    ]);
    expect(rows[0].count).toBe(30);
  });

  it('lets later ones wait for a statement while two are on their way', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { pool, statements } = counting(queue.pool, () => gate);
    const creator = new RunCreator({ pool, keys: queue.keys, ring: () => {} });
    const all: Promise<unknown>[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      all.push(creator.create(named()));
      await new Promise((resolve) => setImmediate(resolve));
    }
    open();
    await Promise.all(all);
    expect(statements()).toBe(3);
  });

  it('makes a run under a given id once', async () => {
    const id = uuidv7();
    const creator = new RunCreator({ pool: queue.pool, keys: queue.keys, ring: () => {} });
    expect(await creator.create(named({ id }))).toMatchObject({ id, created: true });
    expect(await creator.create(named({ id }))).toMatchObject({ id, created: false });
  });

  it('makes no second one after an answer that was lost: each is asked for under its id', async () => {
    const pool = new Proxy(queue.pool, {
      get: (target, key) =>
        key === 'query'
          ? async (...parameters: unknown[]) => {
              await Reflect.apply(target.query, target, parameters);
              throw Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });
            }
          : Reflect.get(target, key),
    });
    const [one, other] = [named(), named()];
    const cut = new RunCreator({ pool, keys: queue.keys, ring: () => {} });
    const results = await Promise.allSettled([cut.create(one), cut.create(other)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = new RunCreator({ pool: queue.pool, keys: queue.keys, ring: () => {} });
    expect(await again.create(one)).toMatchObject({ id: one.id, created: false });
  });

  it('lets one that the database refuses fail alone', async () => {
    const creator = new RunCreator({ pool: queue.pool, keys: queue.keys, ring: () => {} });
    const [bad, good] = await Promise.allSettled([
      creator.create(named({ session: 'a\u0000b' })),
      creator.create(named()),
    ]);
    expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
  });
});
