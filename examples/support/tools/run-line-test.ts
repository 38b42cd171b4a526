import { tool } from 'bulkhead';
import { z } from 'zod';
import { account, backend, readReply } from './backend.ts';

/** Measuring takes the line away from the customer for a few seconds, so it is a write. */
export const runLineTest = tool({
  description:
    'Run a test on the line of an account: measures speed and packet loss. The line is away for a few seconds',
  inputSchema: z.object({ account }),
  effect: 'write',
  idempotent: true,
  network: [backend],
  examples: [
    'run a line test',
    'test my internet connection',
    'can you measure my speed?',
    'haz una prueba de la línea',
    'mide la velocidad de mi conexión',
  ],
  execute: async (input, { fetch, abortSignal, idempotencyKey }) =>
    readReply(
      await fetch(`${backend}/accounts/${input.account}/line-tests`, {
        method: 'POST',
        headers: { 'idempotency-key': idempotencyKey },
        signal: abortSignal,
      }),
    ),
});
