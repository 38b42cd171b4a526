import { tool as bareTool, jsonSchema } from 'ai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BulkheadError } from '../errors.ts';
import { agent } from './agent.ts';
import { tool } from './tool.ts';

const refund = tool({
  description: 'Refunds an order.',
  inputSchema: z.object({ order: z.string() }),
  effect: 'write',
  execute: ({ order }) => ({ refunded: order }),
});

const valid = { name: 'support', instructions: 'Help.', tools: { refund } };

/** What agent() says about the valid definition with some fields replaced. */
function refusal(fields: Record<string, unknown>): string {
  try {
    agent({ ...valid, ...fields } as never);
  } catch (error) {
    if (BulkheadError.isInstance(error) && error.code === 'invalid_definition') return error.message;
    throw error;
  }
  throw new Error('The definition was accepted.');
}

const context = { toolCallId: 'call-1', abortSignal: new AbortController().signal } as never;

describe('agent()', () => {
  it('keeps the definition, adds its kind and freezes it', () => {
    const support = agent({
      ...valid,
      description: 'Answers customers.',
      model: { small: 'openai/gpt-5-mini', large: 'anthropic/claude-sonnet-5' },
      policy: { effects: ['read', 'write'] },
      rules: ['Never promise a date.'],
      toolApproval: { refund: { status: 'user-approval', reason: 'money' } },
      budget: { usd: 0.05, tokens: 20_000, modelCalls: 8, toolCallsPerTurn: 3, time: '2m' },
      outputSchema: z.object({ answer: z.string() }),
      escalateBelow: 0.5,
    });
    expect(support).toMatchObject({ kind: 'agent', name: 'support', tools: { refund }, escalateBelow: 0.5 });
    expect(Object.isFrozen(support)).toBe(true);
  });

  it('takes its own result again, so that one agent can be made from another', () => {
    const support = agent(valid);
    expect(agent({ ...support, name: 'second' })).toMatchObject({ kind: 'agent', name: 'second' });
  });

  it('knows no tool that was not given, whatever a model asks for', () => {
    expect(Object.getPrototypeOf(agent(valid).tools)).toBeNull();
  });

  it.each([
    [{ name: undefined }, 'agent: name is missing; a name starts with a letter'],
    [{ name: '2nd' }, 'agent "2nd": name is "2nd"; a name starts with a letter'],
    [{ name: 'a'.repeat(65) }, 'at most 64 letters'],
    [{ name: 'direct' }, 'name is "direct"; model calls that name no agent have that name; choose another'],
    [{ instructions: '' }, 'agent "support": instructions is ""; write a text that is not empty.'],
    [{ rules: 'Be nice.' }, 'rules is "Be nice."; write a list: [ … ].'],
    [
      { policy: { effects: ['read', 'wrte'] } },
      'agent "support": policy.effects[1] is "wrte" (did you mean "write"?); use one of read, write, execute.',
    ],
    [{ policy: {} }, 'policy.effects is missing; write a list: [ … ].'],
    [{ policy: ['read'] }, 'policy is a list; write an object with effects.'],
    [{ model: 'gpt-5' }, 'model is "gpt-5"; write \'provider/model\''],
    [{ model: 'openai/' }, 'model is "openai/"; write \'provider/model\''],
    [{ model: { smal: 'local' } }, 'model.smal is not a known field; did you mean "small"?'],
    [{ model: { large: 'x' } }, 'model.large is "x"; write \'provider/model\''],
    [{ model: [] }, 'model names no model; write at least one'],
    [{ model: ['openai/a', 'b'] }, 'model[1] is "b"; write \'provider/model\''],
    [{ model: { small: ['openai/a', 'openai/a'] } }, 'model.small[1] repeats "openai/a"'],
    [{ model: {} }, 'model names no model; give a model for at least one of edge, small, large, expert.'],
    [{ budget: { usd: -1 } }, 'budget.usd is -1; write a number of 0 or more.'],
    [{ budget: { usd: Number.NaN } }, 'budget.usd is NaN; write a number of 0 or more.'],
    [{ budget: { tokens: 1.5 } }, 'budget.tokens is 1.5; write a whole number of 0 or more.'],
    [{ budget: { time: '-5s' } }, 'budget.time is "-5s"; write milliseconds'],
    [{ retention: 'brief' }, 'retention is "brief"; use one of standard, short, permanent'],
    [{ budget: { dollars: 1 } }, 'budget.dollars is not a known field'],
    [{ window: { tokens: 100 } }, 'window.tokens is 100; write a number of 1024 or more.'],
    [{ window: { compactAt: 70 } }, 'window.compactAt is 70; write a number from 0.1 to 0.95.'],
    [{ window: { keep: 3 } }, 'window.keep is not a known field'],
    [{ cache: { exact: 0 } }, 'cache.exact is 0; write milliseconds as a number above 0'],
    [{ cache: { semantic: {} } }, 'cache.semantic.ttl is missing; write milliseconds'],
    [
      { cache: { semantic: { ttl: '1h', witnesses: { count: 1 } } } },
      'cache.semantic.witnesses.count is 1; write a number from 2',
    ],
    [
      { cache: { semantic: { ttl: '1h', threshold: 95 } } },
      'cache.semantic.threshold is 95; write a number from 0.5',
    ],
    [
      { cache: { semantic: { ttl: '1h', embedding: 'small' } } },
      'cache.semantic.embedding is "small"; write \'provider/model\'',
    ],
    [{ cache: { fuzzy: '1h' } }, 'cache.fuzzy is not a known field'],
    [{ batch: true }, 'batch is true; leave it out, write false, or { pack: 8 }'],
    [{ batch: { pack: 1 } }, 'batch.pack is 1; write a whole number from 2 to 32'],
    [{ escalateBelow: 60 }, 'escalateBelow is 60; write a number from 0 to 1.'],
    [{ routing: { shadow: 5 } }, 'routing.shadow is 5; write a number from 0 to 1.'],
    [{ routing: { verify: 'yes' } }, 'routing.verify is "yes"; write a function'],
    [{ routing: { cascde: true } }, 'routing.cascde is not a known field; did you mean "cascade"?'],
    [{ routing: {} }, 'routing stands in a definition that names models of fewer than two tiers'],
    [
      { routing: {}, model: { large: 'local' } },
      'so there is nothing to choose between; write model: { small:',
    ],
    [{ residency: ['Europe!'] }, 'residency[0] is "Europe!"; write a region as the operator names it'],
    [
      { residency: ['eu'], cache: { semantic: { ttl: '1h', embedding: 'openai/text-embedding-3-small' } } },
      'cache.semantic.embedding is "openai/text-embedding-3-small", and the definition says in which regions',
    ],
    [{ residency: [] }, 'residency names no region, so that no model could be asked'],
    [{ onOutage: 'panic' }, 'onOutage is "panic"; use one of wait, local, escalate, fail.'],
    [{ toolz: {} }, 'agent "support": toolz is not a known field; did you mean "tools"?'],
    [{ run: () => 1 }, 'run is not a known field'],
    [{ kind: 'workflow' }, 'kind is "workflow"; use one of agent.'],
    [{ tools: [refund] }, 'tools is a list; write an object: { toolName: tool({ … }) }.'],
    [
      { tools: { 'get order': refund } },
      'the name of tools.get order is "get order"; a name starts with a letter',
    ],
    [{ tools: { refund: undefined } }, 'tools.refund is missing; write tool({ … }).'],
    [{ tools: { refund: { ...refund, effect: 'none' } } }, 'tools.refund.effect is "none"'],
    [
      { tools: { refund: { ...refund, kind: undefined } } },
      'tools.refund has an effect and is no tool yet; put tool( … )',
    ],
    [{ toolApproval: { refnd: 'approved' } }, 'toolApproval.refnd names no tool; did you mean "refund"?'],
    [{ toolApproval: { pay: 'approved' } }, 'toolApproval.pay names no tool; the tools are refund.'],
    [{ tools: {}, toolApproval: { pay: 'approved' } }, 'toolApproval.pay names no tool; there are no tools.'],
    [{ toolApproval: { refund: 'aproved' } }, 'toolApproval.refund is "aproved" (did you mean "approved"?)'],
    [{ toolApproval: { refund: { reason: 'x' } } }, 'toolApproval.refund.status is missing; use one of'],
  ])('refuses: $1', (fields, sentence) => {
    expect(refusal(fields)).toContain(sentence);
  });

  it('refuses what is no definition at all', () => {
    expect(() => agent('support' as never)).toThrow('agent is "support"; write agent({ name: …, … }).');
  });
});

describe('a tool of the AI SDK', () => {
  it('counts as a tool with effect write', async () => {
    const weather = bareTool({
      description: 'Tells the weather.',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }, { toolCallId, messages }) => `${city} ${toolCallId} ${messages.length}`,
    });
    const adopted = agent({ name: 'weather', instructions: 'Help.', tools: { weather } }).tools?.weather;
    expect(adopted).toMatchObject({ kind: 'tool', effect: 'write', description: 'Tells the weather.' });
    expect(await adopted?.execute?.({ city: 'Rome' }, context)).toBe('Rome call-1 0');
  });

  it('goes by its name when it has no description', () => {
    const tools = { ping: { inputSchema: jsonSchema({ type: 'object' }), execute: () => 'pong' } };
    expect(agent({ name: 'a', instructions: 'b', tools }).tools).toMatchObject({
      ping: { description: 'ping' },
    });
  });

  it('may tell its description by a function', () => {
    const ping = bareTool({ description: () => 'Pings.', inputSchema: z.object({}), execute: () => 'pong' });
    const tools = agent({ name: 'a', instructions: 'b', tools: { ping } }).tools;
    expect(tools).toMatchObject({ ping: { description: 'Pings.' } });
  });

  it('answers with the last of its partial results', async () => {
    const search = bareTool({
      inputSchema: z.object({}),
      async *execute() {
        yield { found: 1 };
        yield { found: 2 };
      },
    });
    const adopted = agent({ name: 'a', instructions: 'b', tools: { search } }).tools?.search;
    expect(await adopted?.execute?.({}, context)).toEqual({ found: 2 });
  });

  it('may make its schema lazily', () => {
    const lazy = () => jsonSchema({ type: 'object' });
    const tools = { ping: { inputSchema: lazy, execute: () => 'pong' } };
    expect(agent({ name: 'a', instructions: 'b', tools }).tools?.ping?.inputSchema).toHaveProperty(
      'jsonSchema',
    );
  });

  it.each([
    [{ needsApproval: true }, 'tools.weather.needsApproval is not a known field'],
    [{ toModelOutput: () => 1 }, 'tools.weather.toModelOutput is not a known field'],
    [{ contextSchema: z.object({}) }, 'tools.weather.contextSchema is not a known field'],
    [{ execute: undefined }, 'tools.weather.execute is missing; write a function.'],
    [{ type: 'provider' }, 'tools.weather.type is "provider"; use one of function, dynamic.'],
    [{ description: () => 7 }, 'tools.weather.description is 7; write a text that is not empty.'],
  ])('is refused, not bent in silence: $1', (fields, sentence) => {
    const weather = { inputSchema: z.object({}), execute: () => 'rain', ...fields };
    expect(refusal({ tools: { weather } })).toContain(sentence);
  });
});
