import { tool, workflow } from 'bulkhead';
import { z } from 'zod';

const KILOBYTE = 'x'.repeat(1_000);

const post = tool({
  description: 'Posts a line to the ledger',
  inputSchema: z.object({ line: z.string(), amount: z.number() }),
  outputSchema: z.object({ posted: z.string() }),
  effect: 'write',
  idempotent: true,
  execute: () => ({ posted: KILOBYTE }),
});

/** Ten steps as an agent's day has them: five memos and five write tools in turn, each with a kilobyte of result. */
export const governed = workflow({
  name: 'governed',
  inputSchema: z.object({ order: z.number() }),
  tools: { post },
  policy: { effects: ['read', 'write'] },
  run: async ({ order }, context) => {
    for (let pair = 0; pair < 5; pair += 1) {
      await context.memo('work', () => KILOBYTE);
      await context.tools.post({ line: `order ${order}`, amount: pair });
    }
    return 'done';
  },
});
