import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../../src/foundation/store/embedded/find-binaries.ts';
import { chooseServerUser } from '../../src/foundation/store/embedded/server-user.ts';
import {
  makeTemporaryHome,
  type TemporaryHome,
} from '../../src/foundation/store/embedded/testing/temporary-home.ts';
import { type EmbeddedWorld, paidOf, startEmbeddedWorld, submitPatiently } from './embedded-world.ts';
import { endProcess } from './end-process.ts';

const RUNS = 8;

let temporary: TemporaryHome;
let world: EmbeddedWorld;
beforeAll(async () => {
  temporary = await makeTemporaryHome(tmpdir());
  world = await startEmbeddedWorld(temporary.home);
}, 60_000);
afterAll(async () => {
  await world?.stop();
  await temporary?.remove();
}, 60_000);

/** As an operator stops it in a hurry: `pg_ctl stop -m immediate`, in the account of the server. */
async function stopImmediately(): Promise<void> {
  const { folder } = await findBinaries();
  const stop = spawn(join(folder, 'bin', 'pg_ctl'), ['stop', '-m', 'immediate', '-D', world.data], {
    ...(await chooseServerUser()),
    cwd: '/',
    stdio: 'ignore',
  });
  const [code] = await once(stop, 'exit');
  expect(code).toBe(0);
}

describe('an embedded server under load', () => {
  it.each<[string, () => Promise<void>]>([
    ['kill -9 of the server', async () => void process.kill(await world.postmaster(), 'SIGKILL')],
    [
      'kill -9 of every connection',
      async () => {
        // PostgreSQL ends one now and then by itself: the others are killed all the same.
        for (const pid of await world.backends()) endProcess(pid, 'SIGKILL');
      },
    ],
    ['pg_ctl stop -m immediate', stopImmediately],
  ])(
    'that dies by %s comes back, and every accepted run ends right, with each effect once',
    async (way, strike) => {
      const orders = Array.from({ length: RUNS }, (_, index) => `${way.replaceAll(' ', '_')}-${index}`);
      const begin = orders.slice(0, RUNS / 2);
      const runs = await Promise.all(begin.map((order) => submitPatiently(world, order)));
      await expect.poll(() => paidOf(world, begin[0] ?? '').length, { timeout: 20_000 }).toBeGreaterThan(0);
      const before = await world.postmaster();

      await strike();
      // What is submitted while it is away is told to come again, and does.
      runs.push(...(await Promise.all(orders.slice(RUNS / 2).map((order) => submitPatiently(world, order)))));

      for (const [index, run] of runs.entries()) {
        const shown = await world.client.until(run, ['succeeded', 'failed', 'cancelled'], 60_000);
        expect(shown).toMatchObject({ status: 'succeeded', output: [1, 2, 3] });
        expect(paidOf(world, orders[index] ?? '')).toEqual([1, 2, 3]);
      }
      if (way.includes('connection')) return;
      const after = await world.postmaster();
      expect(after).not.toBe(before);
      expect(world.said.filter((line) => line.includes(`process ${before}) ended unasked`))).toHaveLength(1);
      expect(world.said).toContain(`The database server runs again (process ${after}).`);
    },
    120_000,
  );
});
