import { describe, expect, it } from 'vitest';
import type { Pipelines } from '../../src/surfaces/composition/start-worker.ts';
import { startWorld, type World, type WorldOptions } from '../world/start-world.ts';

export type Wired = {
  /** Which gateway the control stands in. */
  gateway: keyof Pipelines;
  /** The middleware's name in its pipeline. */
  control: string;
  /** What the control is there for, as a sentence: "a switched-off tool does not run". */
  holds: string;
  /** Starts a real run through the API and asserts that the control did its work. */
  scenario: (world: World) => Promise<void>;
  world?: WorldOptions;
};

/**
 * Proves that a control is connected: its scenario passes with the control in its pipeline and fails
 * when it is taken out. The failure has to be an assertion of the scenario: a run that merely crashes
 * without the control proves nothing.
 */
export function wired({ gateway, control, holds, scenario, world: options = {} }: Wired): void {
  // Beside each other, because much of their time they wait.
  describe.concurrent(`${gateway} gateway, ${control}`, { timeout: 60_000 }, () => {
    it(holds, () => inWorld(options, scenario));

    it('is what makes it hold', async () => {
      // A control may stand in more than one place; it is taken out of all.
      let taken = 0;
      const without = (pipelines: Pipelines): Pipelines => ({
        ...pipelines,
        [gateway]: pipelines[gateway].filter(({ name }) => {
          if (name === control) taken += 1;
          return name !== control;
        }),
      });
      // What hangs for want of the control need not come to its end.
      const paces = { ...options.paces, stopGrace: 500 };
      const error = await inWorld({ ...options, paces, shapePipelines: without }, scenario).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(taken, `the ${gateway} pipeline has a middleware "${control}"`).toBeGreaterThan(0);
      expect(error, `the scenario fails without "${control}"`).toMatchObject({ name: 'AssertionError' });
    });
  });
}

async function inWorld(options: WorldOptions, scenario: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld(options);
  try {
    await scenario(world);
  } finally {
    await world.stop();
  }
}
