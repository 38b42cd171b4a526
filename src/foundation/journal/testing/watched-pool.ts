import type pg from 'pg';

/** One INSERT of frames: the streams that it wrote, in its order. */
export type Statement = { streams: string[] };

export type WatchedPool = {
  pool: pg.Pool;
  /** INSERTs of frames that were sent, repeated ones too. */
  statements: Statement[];
  /** The next INSERT fails before it reaches the database, or after it was committed. Calls queue up. */
  failNext(when: 'before' | 'after', error: Error): void;
  /** Holds back every INSERT until the returned function is called. */
  hold(): () => void;
};

/** A pool that lets a test see, delay and spoil what is written. */
export function watchedPool(inner: pg.Pool): WatchedPool {
  const statements: Statement[] = [];
  const failures: { when: 'before' | 'after'; error: Error }[] = [];
  let held: Promise<void> = Promise.resolve();

  const query = async (statement: { name?: string; values?: unknown[] }) => {
    if (!statement.name?.startsWith('frames')) return inner.query(statement as pg.QueryConfig);
    statements.push({ streams: statement.values?.[1] as string[] });
    await held;
    const failure = failures.shift();
    if (failure?.when === 'before') throw failure.error;
    const result = await inner.query(statement as pg.QueryConfig);
    if (failure !== undefined) throw failure.error;
    return result;
  };
  const pool: pg.Pool = new Proxy(inner, {
    get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)),
  });
  return {
    pool,
    statements,
    failNext: (when, error) => void failures.push({ when, error }),
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
  };
}
