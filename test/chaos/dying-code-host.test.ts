import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, seeThrough, startChaosWorld } from './chaos-world.ts';
import { checkSteps, readJournal } from './check-journal.ts';
import { TRIP } from './projects.ts';
import { codeHostsOf } from './storm/code-hosts.ts';

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 1, capacity: 6 });
  await world.deploy(TRIP);
});
afterAll(() => world?.stop());

async function killCodeHosts(): Promise<void> {
  const hosts = await codeHostsOf(world.crew.ready.map(({ pid }) => pid));
  expect(hosts.length).toBeGreaterThan(0);
  for (const { pid } of hosts) process.kill(pid, 'SIGKILL');
}

describe('a code host that dies in the middle of a cancel', () => {
  it.each(['undo-hotel', 'undo-flight'])(
    'leaves nothing that is not undone, and nothing that is undone twice (%s)',
    async (name) => {
      const order = `dying ${name}`;
      const run = await world.client.submit('trip', { order });
      await world.client.until(run, ['waiting']);
      // It is done, and no answer comes.
      world.service.fault('hang_after', { name });
      expect(await world.client.send('POST', `/v1/runs/${run}/cancel`)).toMatchObject({ status: 202 });
      await expect.poll(() => effectsOf(world, order), { timeout: 10_000 }).toContain(name);
      await killCodeHosts();

      expect(await seeThrough(world, [run])).toMatchObject([{ status: 'cancelled', error: null }]);
      expect(effectsOf(world, order)).toEqual(['book-flight', 'book-hotel', 'undo-hotel', 'undo-flight']);
      const journal = await readJournal(world.owner, run);
      checkSteps(journal.filter(({ kind }) => kind !== 'timer.set'));
      expect(journal.map(({ kind }) => kind)).toContain('run.interrupted');
      expect(world.crew.accidents).toEqual([]);
    },
    60_000,
  );
});
