import { describe, expect, it } from 'vitest';
import { ShiftedClock } from '../fakes/shifted-clock.ts';
import type { WorldOptions } from '../world/start-world.ts';
import { inYard, queueControl } from './queue-control.ts';

const HOUR = 3_600_000;

/** At noon; runs of the lane `batch` start from ten in the evening on. */
function atNoon(): { clock: ShiftedClock; options: WorldOptions } {
  const clock = new ShiftedClock((Math.floor(Date.now() / (24 * HOUR)) + 0.5) * 24 * HOUR);
  const options = { clock, environment: { BULKHEAD_BATCH_WINDOW: '22:00-06:00 UTC' } };
  return { clock, options };
}
const batch = { lane: 'batch' };

queueControl({
  control: 'the window for batch runs',
  holds: 'a batch run waits until its window opens, and starts by itself when it has opened',
  without: [['CASE WHEN with_batch THEN 2 ELSE 1 END', '2']],
  world: () => atNoon().options,
  async scenario({ client, gate, options }) {
    // Of this world: the one without the control is there at the same time.
    const clock = options.clock as ShiftedClock;
    gate.open();
    const nightly = await client.submit('errand', 'nightly', batch);
    // Who came later and has ended shows that it was passed over.
    await client.run('errand', 'normal');
    expect(await client.show(nightly)).toMatchObject({ status: 'queued', startedAt: null });
    clock.jump(10 * HOUR);
    expect(await client.until(nightly)).toMatchObject({
      status: 'succeeded',
      startedAt: expect.stringMatching(/Z$/),
    });
  },
});

describe('outside the window for batch runs', { timeout: 60_000 }, () => {
  it('those that have begun go on, also as a new run', async () => {
    const { clock, options } = atNoon();
    await inYard(options, async ({ client }) => {
      clock.jump(10 * HOUR);
      const run = await client.until(await client.submit('audit', 1, batch), ['waiting']);
      clock.jump(14 * HOUR);
      const { id } = await client.reviewOf(run.id);
      await client.decide(id, 'approved');
      const { continuedAs } = await client.until(run.id);
      expect(await client.until(String(continuedAs))).toMatchObject({ status: 'succeeded', output: 'done' });
    });
  });

  it('one that waits for it can be cancelled', async () => {
    await inYard(atNoon().options, async ({ client }) => {
      const nightly = await client.submit('errand', 'nightly', batch);
      expect((await client.send('POST', `/v1/runs/${nightly}/cancel`)).status).toBe(202);
      expect(await client.until(nightly)).toMatchObject({ status: 'cancelled' });
    });
  });

  it('a server with a window that cannot be read does not start', async () => {
    const environment = { BULKHEAD_BATCH_WINDOW: '22:00-06:00 Europe/Madird' };
    await expect(inYard({ environment }, async () => {})).rejects.toMatchObject({
      code: 'invalid_batch_window',
    });
  });
});
