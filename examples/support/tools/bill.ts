import { tool } from 'bulkhead';
import { z } from 'zod';
import { account, backend, readReply } from './backend.ts';

export const bill = tool({
  description:
    'The bill of an account for a month: what is owed, its charges, when it is due and whether it is paid',
  inputSchema: z.object({
    account,
    month: z
      .string()
      .regex(/^\d{4}-\d{2}$/)
      .optional()
      .describe('The month, like 2026-02. Default: the latest bill'),
  }),
  effect: 'read',
  network: [backend],
  examples: [
    'how much is my bill?',
    'when do I have to pay?',
    'why was I charged so much?',
    'what do I owe you?',
    '¿de cuánto es mi factura?',
    '¿cuándo tengo que pagar?',
    '¿qué me habéis cobrado?',
  ],
  execute: async ({ account: id, month }, { fetch, abortSignal }) => {
    const query = month === undefined ? '' : `?month=${month}`;
    return readReply(await fetch(`${backend}/accounts/${id}/bill${query}`, { signal: abortSignal }));
  },
});
