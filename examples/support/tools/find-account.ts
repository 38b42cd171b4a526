import { tool } from 'bulkhead';
import { z } from 'zod';
import { backend, readReply } from './backend.ts';

export const findAccount = tool({
  description:
    'Find the account of a customer by phone number, name or e-mail address. Returns the account number',
  inputSchema: z.object({
    phone: z.string().optional().describe('The phone number, like 555-0142'),
    name: z.string().optional().describe("The customer's full name"),
    email: z.email().optional().describe("The customer's e-mail address"),
  }),
  effect: 'read',
  network: [backend],
  examples: [
    'find the account of Ann Lee',
    'which account has the phone number 555-0199?',
    'look up the customer with ann@example.com',
    'busca la cuenta de Ana Ruiz',
    '¿qué cuenta tiene el teléfono 555-0199?',
  ],
  execute: async (input, { fetch, abortSignal }) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(input)) if (value !== undefined) query.set(name, value);
    return readReply(await fetch(`${backend}/accounts?${query}`, { signal: abortSignal }));
  },
});
