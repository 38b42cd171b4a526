import { tool } from 'bulkhead';
import { z } from 'zod';
import { account, backend, readReply } from './backend.ts';

export const credit = tool({
  description: 'Credit an account, in usd: takes the amount off the next bill, as goodwill or as a refund',
  inputSchema: z.object({
    account,
    usd: z.number().positive().describe('How much, in US dollars'),
    reason: z.string().max(200).optional().describe('Why, in the words of the customer'),
  }),
  effect: 'write',
  risk: ['financial'],
  idempotent: true,
  network: [backend],
  examples: [
    'give me a 5 dollar credit',
    'I want 10 dollars back for the outage',
    'take $8 off my next bill',
    'please refund me $12',
    'quiero un abono de 5 dólares',
    'descontadme 10 dólares de la próxima factura',
    'devolvedme 7 dólares',
  ],
  execute: async ({ account: id, usd, reason }, { fetch, abortSignal, idempotencyKey }) =>
    readReply(
      await fetch(`${backend}/accounts/${id}/credits`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify({ usd, ...(reason === undefined ? {} : { reason }) }),
        signal: abortSignal,
      }),
    ),
  compensate: async (_input, output, { fetch, abortSignal, idempotencyKey }) =>
    readReply(
      await fetch(`${backend}/credits/${String(output.credit)}`, {
        method: 'DELETE',
        headers: { 'idempotency-key': idempotencyKey },
        signal: abortSignal,
      }),
    ),
});
