import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { workflow } from '../../contract/define/index.ts';
import { openTestInstallation, type TestInstallation } from '../testing/start-test-worker.ts';

const twoSteps = workflow({
  name: 'two-steps',
  inputSchema: z.object({}),
  run: async (_, context) => {
    await context.memo('a', () => 1);
    await context.sleep(50);
    return context.memo('b', () => 2);
  },
});

const parent = workflow({
  name: 'parent',
  inputSchema: z.object({}),
  run: async (_, context) => context.run(twoSteps, {}),
});

let installation: TestInstallation;
beforeAll(async () => {
  installation = await openTestInstallation([twoSteps, parent]);
});
afterAll(() => installation?.stop());

/** A pool whose statements that write frames may be spoiled before they reach the database. */
function spoiled(pool: pg.Pool, next: () => Error | undefined): pg.Pool {
  return onFrames(pool, async (send) => {
    const error = next();
    if (error !== undefined) throw error;
    return send();
  });
}

/** A pool that tells with which codes the database refuses frames. */
function watched(pool: pg.Pool, failed: (code: string) => void): pg.Pool {
  return onFrames(pool, (send) =>
    send().catch((error: { code: string }) => {
      failed(error.code);
      throw error;
    }),
  );
}

function onFrames(pool: pg.Pool, around: (send: () => Promise<unknown>) => Promise<unknown>): pg.Pool {
  const query = async (statement: pg.QueryConfig, values?: unknown[]) => {
    const send = () => pool.query(statement, values);
    return statement.name?.startsWith('frames') ? around(send) : send();
  };
  return new Proxy(pool, {
    get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)),
  });
}

describe('a run whose journal the database does not take for a while', () => {
  it.each([
    ['EAI_AGAIN', 1],
    ['EAI_AGAIN', 5],
    ['EHOSTUNREACH', 3],
    ['55P03', 3],
    ['XX000', 12],
  ])('succeeds as if nothing had been: %s, %i times', async (code, times) => {
    let left = 0;
    const worker = await installation.startWorker({
      pool: (pool) =>
        spoiled(pool, () => {
          if (left === 0) return undefined;
          left -= 1;
          return Object.assign(new Error(`getaddrinfo ${code} db`), { code });
        }),
    });
    left = times;
    const run = await installation.submit('two-steps');
    expect(await installation.until(run, 'succeeded', 'failed')).toMatchObject({
      status: 'succeeded',
      error_code: null,
    });
    expect(left).toBe(0);
    await worker.stop(0);
  });

  it('succeeds once a lock is gone that outlasts a statement_timeout', async () => {
    const { owner } = installation;
    const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
    await owner.query(`ALTER DATABASE "${rows[0]?.name}" SET statement_timeout = '500ms'`);
    const run = await installation.submit('parent');
    const holder = await owner.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE frame IN SHARE ROW EXCLUSIVE MODE');
    let cancelled = 0;
    let fresh: pg.Pool | undefined;
    const worker = await installation.startWorker({
      pool: (pool) => {
        // Connections that are open know nothing of the timeout yet.
        fresh = new pg.Pool(pool.options);
        return watched(fresh, (code) => {
          if (code === '57014') cancelled += 1;
        });
      },
    });
    await expect.poll(() => cancelled, { timeout: 10_000 }).toBeGreaterThan(1);
    await holder.query('COMMIT');
    holder.release();
    expect(await installation.until(run, 'succeeded', 'failed')).toMatchObject({ status: 'succeeded' });
    await worker.stop(0);
    await fresh?.end();
  });
});
