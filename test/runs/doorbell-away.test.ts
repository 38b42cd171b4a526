import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  // Nobody listens at this port.
  world = await startWorld({ environment: { BULKHEAD_DOORBELL: 'redis://127.0.0.1:1' } });
});
afterAll(() => world?.stop());

describe('a worker whose doorbell’s broker is away', () => {
  it('starts all the same, and executes runs', async () => {
    await world.deploy(`
      import { workflow } from 'bulkhead';
      import { z } from 'zod';
      export const hello = workflow({ name: 'hello', inputSchema: z.object({}), run: async () => 'hello' });
    `);
    const run = await world.client.submit('hello', {});
    expect(await world.client.until(run)).toMatchObject({ status: 'succeeded', output: 'hello' });
  });
});
