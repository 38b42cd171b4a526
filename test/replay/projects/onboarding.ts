import { agent, tool, workflow } from 'bulkhead';
import { z } from 'zod';

const model = 'openai/gpt-5-mini';

const activate = tool({
  description: 'Activates an account',
  inputSchema: z.object({ customer: z.string() }),
  effect: 'write',
  idempotent: true,
  execute: ({ customer }) => ({ activated: customer }),
});

const refuse = tool({
  description: 'Refuses',
  inputSchema: z.object({}),
  effect: 'read',
  execute: () => {
    throw new Error('not today');
  },
});

export const greeter = agent({ name: 'greeter', instructions: 'Greet.', model });

/** One of each kind of step, with branches and an error that is caught. */
export const onboarding = workflow({
  name: 'onboarding',
  inputSchema: z.object({ customer: z.string() }),
  model,
  tools: { activate, refuse },
  policy: { effects: ['read', 'write'] },
  async run({ customer }, context) {
    const started = await context.now();
    const chance = await context.random();
    const id = await context.uuid();
    const rates = await context.memo('rates', () => ({ usd: 1 }));
    const sides = await context.all({
      left: async (branch) =>
        (await branch.memo('side', () => 'left')) + (await branch.memo('side', () => '!')),
      right: (branch) => branch.tools.activate({ customer }),
    });
    const first = await Promise.race([
      context.tools.activate({ customer }).then(() => 'tool'),
      context.memo('quick', () => 'memo'),
    ]);
    const refused = await context.tools.refuse({}).catch((error: Error) => error.message);
    await context.sleep('50ms');
    const { decision, note } = await context.review({ title: `Open an account for ${customer}?` });
    const { object } = await context.generate({ prompt: 'A plan', schema: z.object({ plan: z.string() }) });
    const greeting = await context.run(greeter, `Greet ${customer}`, { budget: { tokens: 20_000 } });
    return { started, chance, id, rates, sides, first, refused, decision, note, plan: object.plan, greeting };
  },
});
