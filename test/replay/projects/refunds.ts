import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const lookUp = tool({
  description: 'Looks up an order',
  inputSchema: z.object({ order: z.string() }),
  effect: 'read',
  execute: ({ order }) => ({ order, paid: 80 }),
});

const refund = tool({
  description: 'Refunds an order, in usd',
  inputSchema: z.object({ order: z.string(), usd: z.number().positive() }),
  effect: 'write',
  risk: ['financial'],
  execute: ({ usd }) => ({ refunded: usd }),
});

/** Two tools, one of them behind an approval. */
export const refunds = agent({
  name: 'refunds',
  instructions: 'Help with orders.',
  rules: ['Refund what was paid, no more.'],
  model: 'openai/gpt-5-mini',
  policy: { effects: ['read', 'write'] },
  tools: { lookUp, refund },
});
