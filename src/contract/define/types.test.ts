import { tool as bareTool, jsonSchema } from 'ai';
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { Agent } from '../agent.ts';
import type { BareTool, Tool } from '../tool.ts';
import type { Workflow } from '../workflow.ts';
import { agent } from './agent.ts';
import { tool } from './tool.ts';
import { workflow } from './workflow.ts';

const order = z.object({ order: z.string(), express: z.boolean().default(false) });

const findOrder = tool({
  description: 'Finds an order.',
  inputSchema: order,
  effect: 'read',
  execute: async ({ order, express }, context) => {
    expectTypeOf(order).toBeString();
    expectTypeOf(express).toBeBoolean();
    expectTypeOf(context.fetch).toEqualTypeOf<typeof globalThis.fetch>();
    return { found: true, order };
  },
});

describe('types of tool()', () => {
  it('hand the parsed input to the function, and its result on', () => {
    expectTypeOf(findOrder).toEqualTypeOf<Tool<typeof order, { found: boolean; order: string }>>();
  });

  it('know the output in compensate', () => {
    tool({
      description: 'Books a seat.',
      inputSchema: z.object({ seat: z.string() }),
      effect: 'write',
      execute: ({ seat }) => ({ booking: seat.length }),
      compensate: ({ seat }, output) => {
        expectTypeOf(seat).toBeString();
        expectTypeOf(output).toEqualTypeOf<{ booking: number }>();
      },
    });
  });

  it('hold the result against outputSchema', () => {
    tool({
      description: 'Counts.',
      inputSchema: z.object({}),
      outputSchema: z.object({ count: z.number() }),
      effect: 'read',
      // @ts-expect-error: count is a number
      execute: () => ({ count: 'three' }),
    });
  });

  it('take a plain JSON Schema, whose input is unknown', () => {
    tool({
      description: 'Echoes.',
      inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      effect: 'read',
      execute: (input) => expectTypeOf(input).toBeUnknown(),
    });
  });

  it("take the AI SDK's jsonSchema() with its type", () => {
    tool({
      description: 'Echoes.',
      inputSchema: jsonSchema<{ text: string }>({ type: 'object' }),
      effect: 'read',
      execute: (input) => expectTypeOf(input).toEqualTypeOf<{ text: string }>(),
    });
  });
});

describe('types of agent()', () => {
  it('keep the tools', () => {
    const support = agent({ name: 'support', instructions: 'Help.', tools: { findOrder } });
    expectTypeOf(support).toEqualTypeOf<Agent<{ findOrder: typeof findOrder }>>();
    expectTypeOf(support).toExtend<Agent>();
  });

  it('let a check of answers say what it takes', () => {
    agent({
      name: 'totals',
      instructions: 'Add up.',
      model: { small: 'openai/gpt-5-mini', large: 'openai/gpt-5' },
      routing: {
        cascade: true,
        verify: (answer: { total: number }, input: string) => answer.total > input.length,
      },
    });
    workflow({
      name: 'short',
      inputSchema: z.object({ question: z.string() }),
      model: { small: 'openai/gpt-5-mini', large: 'openai/gpt-5' },
      routing: { verify: async (answer: string) => answer.length < 80 },
      run: async () => 1,
    });
  });

  it('need no tools', () => {
    expectTypeOf(agent({ name: 'plain', instructions: 'Help.' })).toExtend<Agent>();
  });

  it('hand the input of its own tool to each approval', () => {
    agent({
      name: 'support',
      instructions: 'Help.',
      tools: { findOrder },
      toolApproval: {
        findOrder: ({ order }, { run }) => {
          expectTypeOf(order).toBeString();
          expectTypeOf(run.tenant).toBeString();
          return order.startsWith('VIP') ? { status: 'user-approval', reason: 'a VIP' } : 'approved';
        },
      },
    });
  });

  it('refuse an approval for a tool that is not there', () => {
    const wrong = () =>
      agent({
        name: 'support',
        instructions: 'Help.',
        tools: { findOrder },
        // @ts-expect-error: there is no tool findOder
        toolApproval: { findOder: 'approved' },
      });
    expectTypeOf(wrong).toBeFunction();
  });
});

describe('types of workflow()', () => {
  it('type input, tools, generate and output', () => {
    const refund = workflow({
      name: 'refund',
      inputSchema: z.object({ order: z.string(), amount: z.number() }),
      tools: { findOrder },
      run: async ({ order, amount }, context) => {
        expectTypeOf(amount).toBeNumber();
        const found = await context.tools.findOrder({ order, express: true });
        expectTypeOf(found).toEqualTypeOf<{ found: boolean; order: string }>();
        const answer = await context.generate({ prompt: 'Why?', schema: z.object({ why: z.string() }) });
        expectTypeOf(answer.object).toEqualTypeOf<{ why: string }>();
        expectTypeOf((await context.generate({ prompt: 'Why?' })).object).toBeUndefined();
        const both = await context.all({
          left: (branch) => branch.tools.findOrder({ order, express: false }),
          right: async () => 7,
        });
        expectTypeOf(both.right).toBeNumber();
        return { refunded: found.found ? amount : 0 };
      },
    });
    expectTypeOf(refund).toExtend<Workflow>();
    const outer = workflow({
      name: 'outer',
      inputSchema: z.object({}),
      run: async (_input, context) => {
        expectTypeOf(context.tools).toEqualTypeOf<Readonly<Record<never, never>>>();
        const result = await context.run(refund, { order: 'A', amount: 1 });
        expectTypeOf(result).toEqualTypeOf<{ refunded: number }>();
        return result;
      },
    });
    expectTypeOf(outer.run).returns.resolves.toEqualTypeOf<{ refunded: number }>();
  });

  it('hold the result against outputSchema', () => {
    workflow({
      name: 'count',
      inputSchema: z.object({}),
      outputSchema: z.object({ count: z.number() }),
      // @ts-expect-error: count is a number
      run: async () => ({ count: 'three' }),
    });
  });
});

describe('types of bare tools', () => {
  it('let a tool of the AI SDK stand among the tools', () => {
    const weather = bareTool({
      description: 'Tells the weather.',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => `${city}: rain`,
    });
    expectTypeOf(weather).toExtend<BareTool>();
    agent({ name: 'weather', instructions: 'Help.', tools: { weather, findOrder } });
  });
});
