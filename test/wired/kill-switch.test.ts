import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { World } from '../world/start-world.ts';
import { REFUNDS } from './projects.ts';
import { wired } from './wired.ts';

/** A switch is live within a second of the answer that it is set. */
async function switchOff({ client }: World, target: string): Promise<void> {
  const answer = await client.send('PUT', '/v1/kill-switches', { target, reason: 'double refunds' });
  expect(answer.status).toBeLessThan(300);
  await sleep(1_000);
}

wired({
  gateway: 'tool',
  control: 'kill-switch',
  holds: 'a tool that was switched off does not run, and the model is told why',
  async scenario(world) {
    const { client, deploy, openai, service } = world;
    await deploy(REFUNDS);
    await switchOff(world, 'tool:refund');
    openai.reply({ toolCalls: [{ name: 'refund', input: { order: 'A-1', usd: 5 } }] });
    openai.reply({ text: 'Refunds are closed at the moment.' });
    const run = await client.run('support', 'Refund 5 dollars of A-1.');
    expect(service.effects).toEqual([]);
    expect(run).toMatchObject({ status: 'succeeded', output: 'Refunds are closed at the moment.' });
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({ kind: 'tool.completed', outcome: 'denied', code: 'switched_off' }),
    );
    expect(JSON.stringify(openai.requests[1]?.body)).toContain('double refunds');
  },
});

wired({
  gateway: 'model',
  control: 'kill-switch',
  holds: 'an agent that was switched off asks no model',
  async scenario(world) {
    const { client, deploy, openai } = world;
    await deploy(REFUNDS);
    await switchOff(world, 'agent:support');
    openai.answer(() => ({ text: 'Hello.' }));
    const run = await client.run('support', 'Hello?');
    expect(openai.requests).toEqual([]);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'switched_off' } });
  },
});
