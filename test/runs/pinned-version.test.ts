import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const version = (number: number, more = '') => `
import { agent, tool, workflow } from 'bulkhead';
import { z } from 'zod';

const stamp = tool({
  description: 'Stamps a paper',
  inputSchema: z.object({}),
  effect: 'read',
  execute: () => 'stamped by version ${number}',
});
export const clerk = agent({ name: 'clerk', instructions: 'Version ${number}.', model: 'openai/gpt-5-mini' });
export const paper = workflow({
  name: 'paper',
  inputSchema: z.object({}),
  tools: { stamp },
  run: async (_, context) => {
    ${more}
    const before = await context.memo('before', () => ${number});
    const { decision } = await context.review({ title: 'Version ${number}' });
    const said = await context.run(clerk, 'Say something.');
    return { before, decision, stamp: await context.tools.stamp({}), said };
  },
});
`;

it('a run keeps the version that it began with, its children too; new runs get the new one', async () => {
  const first = await world.deploy(version(1));
  const old = await world.client.run('paper', {});
  expect(old).toMatchObject({ status: 'waiting', version: first });

  // Another order of steps: the journal of the old run would not fit it.
  const second = await world.deploy(
    version(2, `await context.memo('new step', () => 2);`.replace(' step', '-step')),
  );
  expect(second).not.toBe(first);
  const young = await world.client.run('paper', {});
  expect(young).toMatchObject({ status: 'waiting', version: second });

  world.openai.answer(({ body }) => ({
    text: `told: ${JSON.stringify(body.messages).match(/Version \d/)?.[0]}`,
  }));
  for (const run of [old, young])
    await world.client.decide((await world.client.reviewOf(run.id)).id, 'approved');
  expect(await world.client.until(old.id)).toMatchObject({
    status: 'succeeded',
    version: first,
    output: { before: 1, decision: 'approved', stamp: 'stamped by version 1', said: 'told: Version 1' },
  });
  expect(await world.client.until(young.id)).toMatchObject({
    status: 'succeeded',
    version: second,
    output: { before: 2, decision: 'approved', stamp: 'stamped by version 2', said: 'told: Version 2' },
  });
});

it('the same code again is the same version, and going back is deploying it again', async () => {
  const first = await world.deploy(version(1));
  expect(await world.deploy(version(1))).toBe(first);
  expect((await world.client.run('paper', {})).version).toBe(first);
});
