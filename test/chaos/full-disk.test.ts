import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { joinEmbeddedPostgres, startEmbeddedPostgres } from '../../src/foundation/store/embedded/index.ts';
import { removeEmbeddedPostgres } from '../../src/foundation/store/embedded/testing/remove-embedded-postgres.ts';
import { mountSmallDisk } from '../../src/foundation/store/embedded/testing/small-disk.ts';
import { withConnection } from '../database/connection.ts';
import { type EmbeddedWorld, paidOf, startEmbeddedWorld, submitPatiently } from './embedded-world.ts';

// Room for a new cluster (some 40 MB and its first 16 MB of log), and not for much more.
const disk = mountSmallDisk(110);
if (disk === undefined)
  console.warn('Skipped: only root may mount the small file system that a full disk needs.');
afterAll(async () => disk?.remove());

describe.skipIf(disk === undefined)('a full disk', () => {
  const small = disk as NonNullable<typeof disk>;

  it('is told to whoever starts on it for the first time, who starts once there is room', async () => {
    const home = join(small.folder, 'new');
    await small.fill();
    const start = () => startEmbeddedPostgres({ home });
    await expect(start()).rejects.toMatchObject({
      code: 'disk_full',
      retryable: true,
      message: expect.stringMatching(
        /^The disk of .* is full\. Free some space, then start again; nothing was lost\.$/,
      ),
    });
    await small.free();
    await (await start()).stop();
    await removeEmbeddedPostgres({ home });
  }, 60_000);

  it.each<[string, (world: EmbeddedWorld, home: string) => Promise<void>]>([
    [
      'while runs execute is told and waited for',
      async (world) => {
        expect(await untilRefused(world)).toMatchObject({ retryable: true });
        expect(world.said.join('\n')).toMatch(/The disk of .* is full.*Free some space/);
      },
    ],
    [
      'that ends the server is told, and the server is started again and again',
      async (world, home) => {
        const { url } = await joinEmbeddedPostgres({ home });
        // PostgreSQL gives up at once when its log finds no room for another segment.
        await withConnection(url, async (owner) => {
          for (;;)
            await owner.query(`SELECT pg_logical_emit_message(false, 'ballast', 'x'), pg_switch_wal()`);
        }).catch(() => undefined);
        const told = /could not be started again, and will be tried again: The disk of .* is full\. Free/;
        await expect.poll(() => world.said.join('\n'), { timeout: 30_000 }).toMatch(told);
      },
    ],
  ])(
    '%s: with room again every accepted run ends right, with each effect once',
    async (_, befall) => {
      const home = join(small.folder, 'used');
      const world = await startEmbeddedWorld(home);
      try {
        const orders = Array.from({ length: 6 }, (_each, index) => `order-${index}`);
        const runs = await Promise.all(orders.map((order) => submitPatiently(world, order)));
        await expect.poll(() => paidOf(world, 'order-0').length, { timeout: 20_000 }).toBeGreaterThan(0);
        await small.fill();
        await befall(world, home);
        await small.free();

        for (const [index, run] of runs.entries()) {
          const shown = await untilEnded(world, run);
          expect(shown).toMatchObject({ status: 'succeeded', output: [1, 2, 3] });
          expect(paidOf(world, orders[index] ?? '')).toEqual([1, 2, 3]);
        }
        const last = await submitPatiently(world, 'afterwards');
        expect(await untilEnded(world, last)).toMatchObject({ output: [1, 2, 3] });
      } finally {
        await small.free();
        await world.stop();
        await removeEmbeddedPostgres({ home });
      }
    },
    180_000,
  );
});

/** The API may answer 503 for a while, which `until` takes for a run that goes on. */
const untilEnded = (world: EmbeddedWorld, run: string) =>
  world.client.until(run, ['succeeded', 'failed', 'cancelled'], 90_000);

/** Submits runs with large inputs until the database cannot take one. */
async function untilRefused({ client }: EmbeddedWorld): Promise<unknown> {
  const input = { order: 'x'.repeat(900_000) };
  for (;;) {
    const answer = await client.send('POST', '/v1/runs', { agent: 'payments', input });
    if (answer.status >= 300) return answer.body;
  }
}
