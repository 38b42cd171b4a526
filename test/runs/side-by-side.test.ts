import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

const PROJECT = `
import { tool, workflow } from 'bulkhead';
import { z } from 'zod';

const slow = tool({
  description: 'Takes its time',
  inputSchema: z.object({}),
  effect: 'read',
  execute: () => new Promise((resolve) => setTimeout(() => resolve('late'), 5_000)),
});

export const impatient = workflow({
  name: 'impatient',
  inputSchema: z.object({}),
  tools: { slow },
  run: (_input, context) =>
    Promise.race([context.tools.slow({}), context.sleep('300ms').then(() => 'gave up')]),
});
`;

describe('steps side by side', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.deploy(PROJECT);
  });
  afterAll(() => world.stop());

  it('a sleep ends in its time although a tool is still at work, so that a call can be given up', async () => {
    const run = await world.client.run('impatient', {});
    expect(run).toMatchObject({ status: 'succeeded', output: 'gave up' });
  });
});
