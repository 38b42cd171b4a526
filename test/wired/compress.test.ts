import { expect } from 'vitest';
import { wired } from './wired.ts';

const EXPORTER = `
import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const exportOrders = tool({
  description: 'Exports all orders',
  inputSchema: z.object({}),
  effect: 'read',
  execute: () => 'first ' + Array.from({ length: 20_000 }, (_, order) => 'order ' + order).join(' ') + ' last',
});

const customer = tool({
  description: 'Finds the customer',
  inputSchema: z.object({}),
  effect: 'read',
  output: { fields: ['name', 'orders.id'] },
  execute: () => ({ name: 'Ann', history: 'long and private', orders: [{ id: 'A-1', log: 'noise' }] }),
});

export const exporter = agent({
  name: 'exporter',
  instructions: 'Help with orders.',
  model: 'openai/gpt-5-mini',
  tools: { exportOrders, customer },
});
`;

wired({
  gateway: 'tool',
  control: 'compress',
  holds: 'a huge output does not fill the window, only named fields are shown, and the journal has all of it',
  async scenario({ client, deploy, openai }) {
    await deploy(EXPORTER);
    openai.reply({
      toolCalls: [
        { name: 'exportOrders', input: {} },
        { name: 'customer', input: {} },
      ],
    });
    openai.reply({ text: 'Exported.' });
    const run = await client.run('exporter', 'Export my orders.');
    expect(run.status).toBe('succeeded');
    const messages = JSON.stringify(openai.requests[1]?.body.messages);
    expect(messages.length).toBeLessThan(40_000);
    expect(messages).toMatch(/first order 0 .*tokens left out.* last/);
    expect(messages).toContain('A-1');
    expect(messages).not.toContain('private');
    const journal = await client.journal(run.id);
    const exported = journal.find(({ kind, tool }) => kind === 'tool.completed' && tool === 'exportOrders');
    expect(exported?.shown).toMatchObject({ of: expect.any(Number) });
    expect(String(exported?.content?.output)).toContain('order 10000 ');
  },
});
