import { tool as bareTool } from 'ai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import { agent, tool, workflow } from '../../contract/define/index.ts';
import { describeDefinition, describeModule } from './describe.ts';

const findOrder = tool({
  description: 'Finds an order.',
  inputSchema: z.object({ order: z.string() }),
  effect: 'read',
  execute: () => 'found',
});
const refund = tool({
  description: 'Refunds an order.',
  inputSchema: z.object({ order: z.string() }),
  outputSchema: z.object({ refunded: z.boolean() }),
  effect: 'write',
  risk: ['financial'],
  network: ['api.example.com'],
  timeout: '5s',
  examples: ['I want my money back'],
  execute: () => ({ refunded: true }),
  compensate: () => undefined,
});
const support = agent({ name: 'support', instructions: 'Help.', tools: { findOrder, refund } });

describe('describeDefinition', () => {
  it('says how long runs are kept where that is declared', () => {
    const plain = { name: 'plain', instructions: 'Help.' };
    expect(describeDefinition(agent({ ...plain, retention: 'short' })).retention).toBe('short');
    expect(describeDefinition(agent(plain))).not.toHaveProperty('retention');
  });

  it('says what may be given again where that is declared, with its defaults', () => {
    const read = {
      description: 'Reads.',
      inputSchema: z.object({}),
      effect: 'read',
      execute: () => 1,
    } as const;
    const described = describeDefinition(
      agent({
        name: 'cached',
        instructions: 'Help.',
        cache: { exact: '1h', semantic: { ttl: '1d' } },
        tools: {
          read: tool({ ...read, cache: { ttl: '5m', tags: ['account'] } }),
          plain: tool(read),
          change: tool({ ...read, effect: 'write', invalidates: ['account'] }),
        },
      }),
    );
    expect(described.cache).toEqual({
      exact: 3_600_000,
      semantic: {
        ...{ ttl: 86_400_000, threshold: 0.9, embedding: 'local', maxWrong: 0.01, sample: 0.05 },
        witnesses: { count: 4, margin: 0.22 },
      },
    });
    const [cached, plain, change] = described.tools;
    expect(cached?.cache).toEqual({
      ttl: 300_000,
      staleWhileRevalidate: 0,
      tags: ['account'],
      shared: false,
    });
    expect(plain).not.toHaveProperty('cache');
    expect(change?.invalidates).toEqual(['account']);
  });

  it('fills in every default of an agent', () => {
    expect(describeDefinition(agent({ name: 'plain', instructions: 'Help.' }))).toEqual({
      kind: 'agent',
      name: 'plain',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      model: null,
      effects: ['read'],
      tools: [],
      toolApproval: {},
      budget: DEFAULT_BUDGET,
      instructions: 'Help.',
      escalateBelow: 0.6,
    });
  });

  it('keeps what an agent declares', () => {
    const declared = agent({
      name: 'support',
      description: 'Answers customers.',
      instructions: 'Help.',
      rules: ['Be brief.'],
      model: { small: 'openai/gpt-5-mini' },
      policy: { effects: ['read', 'write'] },
      tools: { refund, findOrder },
      toolApproval: { refund: { status: 'user-approval', reason: 'money' }, findOrder: () => 'approved' },
      budget: { usd: 0.5, time: '2m' },
      inputSchema: z.object({ question: z.string() }),
      outputSchema: z.object({ answer: z.string() }),
      escalateBelow: 0.3,
    });
    expect(describeDefinition(declared)).toMatchObject({
      description: 'Answers customers.',
      rules: ['Be brief.'],
      model: { small: 'openai/gpt-5-mini' },
      effects: ['read', 'write'],
      toolApproval: { refund: 'user-approval', findOrder: 'function' },
      budget: { ...DEFAULT_BUDGET, usd: 0.5, time: 120_000 },
      inputSchema: { type: 'object', required: ['question'] },
      outputSchema: { type: 'object', required: ['answer'], additionalProperties: false },
      escalateBelow: 0.3,
    });
  });

  it('describes tools with their defaults', () => {
    expect(describeDefinition(support).tools).toEqual([
      {
        name: 'findOrder',
        description: 'Finds an order.',
        inputSchema: { type: 'object', properties: { order: { type: 'string' } }, required: ['order'] },
        effect: 'read',
        risk: [],
        idempotent: true,
        network: [],
        timeout: 60_000,
        examples: [],
        compensates: false,
      },
      expect.objectContaining({
        name: 'refund',
        outputSchema: expect.objectContaining({ required: ['refunded'] }),
        effect: 'write',
        risk: ['financial'],
        idempotent: false,
        network: ['api.example.com'],
        timeout: 5_000,
        examples: ['I want my money back'],
        compensates: true,
      }),
    ]);
  });

  it('says how a window is filled and what an output shows where that is declared', () => {
    const window = { tokens: 16_384, keepTurns: 8, pinned: ['Ann is a member.'] };
    const output = { fields: ['order.id'], maxTokens: 500, cut: 'query' as const };
    const order = tool({ ...findOrder, output, pin: true });
    const described = describeDefinition(agent({ name: 'a', instructions: 'b', window, tools: { order } }));
    expect(described.window).toEqual(window);
    expect(described.tools).toMatchObject([{ output, pin: true }]);
  });

  it('describes a workflow', () => {
    const run = async () => 'done';
    const described = describeDefinition(
      workflow({ name: 'refund', inputSchema: z.string(), run, tools: { refund } }),
    );
    expect(described).toMatchObject({ kind: 'workflow', name: 'refund', inputSchema: { type: 'string' } });
    expect(described).not.toHaveProperty('instructions');
    expect(described).not.toHaveProperty('escalateBelow');
  });

  it('counts a tool of the AI SDK as one that writes', () => {
    const ping = bareTool({ inputSchema: z.object({}), execute: () => 'pong' });
    expect(describeDefinition(agent({ name: 'a', instructions: 'b', tools: { ping } })).tools).toMatchObject([
      { name: 'ping', effect: 'write', idempotent: false },
    ]);
  });

  it('says of every tool input that it is an object', () => {
    const either = { anyOf: [{ required: ['a'] }, { required: ['b'] }] };
    const ping = tool({ description: 'Pings.', inputSchema: either, effect: 'read', execute: () => 1 });
    expect(describeDefinition(agent({ name: 'a', instructions: 'b', tools: { ping } })).tools).toMatchObject([
      { inputSchema: { type: 'object', ...either } },
    ]);
  });

  it('refuses a tool input that is none', () => {
    const ping = tool({ description: 'Pings.', inputSchema: z.string(), effect: 'read', execute: () => 1 });
    expect(() => describeDefinition(agent({ name: 'a', instructions: 'b', tools: { ping } }))).toThrow(
      'agent "a": tools.ping.inputSchema describes no object, but models call tools with named arguments',
    );
  });

  it('names the schema that cannot be described', () => {
    const at = tool({
      description: 'x',
      inputSchema: z.object({ at: z.date() }),
      effect: 'read',
      execute: () => 1,
    });
    expect(() => describeDefinition(agent({ name: 'a', instructions: 'b', tools: { at } }))).toThrow(
      'agent "a": tools.at.inputSchema cannot be described as JSON Schema: Date cannot be represented',
    );
  });

  it('gives equal definitions equal hashes, and others other ones', () => {
    const { hash } = describeDefinition(support);
    expect(describeDefinition(agent({ ...support })).hash).toBe(hash);
    expect(describeDefinition(agent({ ...support, instructions: 'Help well.' })).hash).not.toBe(hash);
    expect(describeDefinition(agent({ ...support, budget: { tokens: 1 } })).hash).not.toBe(hash);
  });
});

describe('describeModule', () => {
  const other = agent({ name: 'another', instructions: 'Help.' });

  it('finds what is exported by itself, by default and in lists, once and in order of name', () => {
    const module = {
      default: support,
      support,
      all: [other, support],
      limit: 7,
      helper: () => 1,
      nothing: null,
    };
    expect(describeModule(module)).toMatchObject({
      format: 1,
      definitions: [{ name: 'another' }, { name: 'support' }],
    });
  });

  it('refuses two definitions of one name, also an agent and a workflow', () => {
    const twin = workflow({ name: 'support', inputSchema: z.string(), run: async () => 1 });
    expect(() => describeModule({ support, flows: [twin] })).toThrow(
      expect.objectContaining({
        code: 'duplicate_definition',
        message: 'The exports support and flows[0] are both named "support". Give one of them another name.',
      }),
    );
  });

  it('refuses a module without definitions and says what it exports', () => {
    expect(() => describeModule({ limit: 7 })).toThrow(
      expect.objectContaining({ code: 'no_definitions', message: expect.stringContaining('only limit') }),
    );
  });

  it('checks what only says that it is an agent', () => {
    const forged = { kind: 'agent', name: 'forged', instructions: 'x', policy: { effects: ['all'] } };
    expect(() => describeModule({ forged })).toThrow('agent "forged": policy.effects[0] is "all"');
  });
});
