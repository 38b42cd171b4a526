/** Projects that the scenarios deploy. `SERVICE` becomes the origin of the world's service. */

const TOOLS = `
import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const lookUp = tool({
  description: 'Looks up an order',
  inputSchema: z.object({ order: z.string() }),
  effect: 'read',
  network: ['SERVICE'],
  execute: async ({ order }, { fetch, idempotencyKey }) => {
    const response = await fetch('SERVICE/effects/look-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify({ order }),
    });
    if (!response.ok) throw new Error('look-up answered ' + response.status);
    return { order, state: 'shipped' };
  },
});

const refund = tool({
  description: 'Refunds an order, in usd',
  inputSchema: z.object({ order: z.string(), usd: z.number().positive() }),
  effect: 'write',
  risk: ['financial'],
  idempotent: true,
  network: ['SERVICE'],
  execute: async (input, { fetch, idempotencyKey }) => {
    const response = await fetch('SERVICE/effects/refund', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error('refund answered ' + response.status);
    return { refunded: input.usd };
  },
});

const charge = tool({
  description: 'Charges a customer, in usd',
  inputSchema: z.object({ usd: z.number() }),
  effect: 'write',
  network: ['SERVICE'],
  execute: async (input, { fetch, idempotencyKey }) => {
    const response = await fetch('SERVICE/effects/charge', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error('charge answered ' + response.status);
    return { charged: input.usd };
  },
});

const readConfiguration = tool({
  description: 'Reads the configuration',
  inputSchema: z.object({}),
  effect: 'read',
  execute: () => ({ host: 'db.internal', password: 'hunter2-and-more', note: 'key AKIAIOSFODNN7EXAMPLE in use' }),
});

const dawdle = tool({
  description: 'Takes its time',
  inputSchema: z.object({ ms: z.number() }),
  effect: 'read',
  execute: ({ ms }) => new Promise((resolve) => setTimeout(() => resolve('at last'), ms)),
});
`;

/** An agent that may look up and refund orders; refunds over 50 dollars need a person. */
export const REFUNDS = support({});

/** The same agent with other declarations, as TypeScript source. */
export function support(declared: { effects?: string; budget?: string }): string {
  return `${TOOLS}
export const support = agent({
  name: 'support',
  instructions: 'Help with orders.',
  model: 'openai/gpt-5-mini',
  policy: { effects: ${declared.effects ?? "['read', 'write']"} },
  tools: { lookUp, refund, charge, readConfiguration, dawdle },
  toolApproval: {
    refund: ({ usd }) => (usd > 50 ? 'user-approval' : 'approved'),
    charge: async ({ usd }) => {
      if (usd <= 1_000) return 'approved';
      await new Promise((resolve) => setTimeout(resolve, 300));
      return 'denied';
    },
  },
  budget: ${declared.budget ?? '{}'},
});
`;
}
