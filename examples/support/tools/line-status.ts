import { tool } from 'bulkhead';
import { z } from 'zod';
import { account, backend, readReply } from './backend.ts';

export const lineStatus = tool({
  description:
    'Status of the line of an account: whether internet and telephone are up, slow or down, and since when',
  inputSchema: z.object({ account }),
  effect: 'read',
  network: [backend],
  examples: [
    'is my line working?',
    'my internet is down',
    'the wifi is very slow since yesterday',
    'there is no dial tone on my telephone',
    'is there an outage in my area?',
    '¿funciona mi línea?',
    'no tengo internet',
    'el teléfono no da tono',
  ],
  execute: async (input, { fetch, abortSignal }) =>
    readReply(await fetch(`${backend}/accounts/${input.account}/line`, { signal: abortSignal })),
});
