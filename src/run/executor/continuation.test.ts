import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflow } from '../../contract/define/index.ts';
import { openTestInstallation, type TestInstallation } from '../testing/start-test-worker.ts';

const laps = workflow({
  name: 'laps',
  inputSchema: { type: 'object' } as const,
  run: async (input, context) => {
    const { left } = input as { left: number };
    return left === 0 ? 'arrived' : context.continueAsNew({ left: left - 1 });
  },
});

let installation: TestInstallation;
beforeAll(async () => {
  installation = await openTestInstallation([laps]);
});
afterAll(() => installation?.stop());

/** The run takes another owner at the very moment in which this one writes that it goes on, once. */
function freedAtTheEnd(pool: pg.Pool): pg.Pool {
  let done = false;
  const connect = async () => {
    const client = await pool.connect();
    const query = client.query.bind(client) as (...parameters: unknown[]) => Promise<unknown>;
    Reflect.set(client, 'query', async (...parameters: unknown[]) => {
      // Before the commit holds the row: only one that makes the next run, or tells a parent, locks first.
      const { name } = parameters[0] as { name?: string };
      if (name === 'lock-settled' && !done) {
        done = true;
        await installation.owner.query("UPDATE run SET status = 'queued', worker = NULL, epoch = NULL");
      }
      return query(...parameters);
    });
    return client;
  };
  return new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return connect;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function lastOf(run: string): Promise<Record<string, unknown>> {
  const row = await installation.until(run, 'succeeded', 'failed', 'cancelled');
  return row.continued_as === null ? row : lastOf(String(row.continued_as));
}

describe('a run that goes on as a new one', () => {
  it('does so once, also when its owner could write that it does and no more', async () => {
    const worker = await installation.startWorker({ pool: freedAtTheEnd });
    const run = await installation.submit('laps', { left: 1 });
    const last = await lastOf(run);
    await worker.stop(0);
    const { rows } = await installation.owner.query('SELECT id FROM run');
    expect(rows).toHaveLength(2);
    const entries = await installation.entries(run);
    const continued = entries.filter(({ meta }) => meta.kind === 'run.continued');
    expect(continued, 'said again by the next owner').toHaveLength(2);
    expect(new Set(continued.map(({ meta }) => meta.kind === 'run.continued' && meta.run))).toEqual(
      new Set([last.id]),
    );
    expect((await installation.entries(String(last.id))).at(-1)).toMatchObject({
      meta: { kind: 'run.succeeded' },
      body: { output: 'arrived' },
    });
  });
});
