import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const lookUp = tool({
  description: 'Looks up an order',
  inputSchema: z.object({ order: z.string() }),
  effect: 'read',
  execute: ({ order }) => ({ order, state: 'shipped' }),
});

export const thrifty = agent({
  name: 'thrifty',
  instructions: 'Help with orders.',
  model: 'openai/gpt-5-mini',
  tools: { lookUp },
  budget: { toolCalls: 1, whenSpent: 'partial' },
});
