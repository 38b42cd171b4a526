import { expect, vi } from 'vitest';
import { wired } from './wired.ts';

const PROJECT = `
import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const lookUp = tool({
  description: 'Looks up an order',
  inputSchema: z.object({ order: z.string() }),
  effect: 'read',
  execute: ({ order }) => {
    if (order !== 'A-1') throw new Error('There is no such order.');
    return { order, status: 'shipped' };
  },
});
export const desk = agent({
  name: 'desk',
  instructions: 'Help with orders.',
  model: { small: 'openai/gpt-5-mini', large: 'anthropic/claude-sonnet-5' },
  routing: {},
  tools: { lookUp },
});
`;

wired({
  gateway: 'tool',
  control: 'tool-success',
  holds: 'an answer whose tool call then fails counts against its tier, when it is learned which one will do',
  async scenario({ client, deploy, openai }) {
    await deploy(PROJECT);
    const learned = async () => (await client.send('GET', '/v1/routes/desk')).body;
    openai.reply({ toolCalls: [{ name: 'lookUp', input: { order: 'A-1' } }] });
    openai.reply({ text: 'It is shipped.' });
    await client.run('desk', 'Where is A-1?');
    await vi.waitFor(
      async () => expect(await learned()).toMatchObject({ taken: 2, judged: 1, good: 1 }),
      5_000,
    );

    openai.reply({ toolCalls: [{ name: 'lookUp', input: { order: 'A-7' } }] });
    openai.reply({ text: 'I cannot find it.' });
    await client.run('desk', 'Where is A-1?');
    await vi.waitFor(
      async () => expect(await learned()).toMatchObject({ taken: 4, judged: 2, good: 1 }),
      5_000,
    );
  },
});
