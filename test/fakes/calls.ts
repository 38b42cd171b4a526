import { DEFAULT_BUDGET, type ResolvedBudget } from '../../src/contract/budget.ts';
import type { Candidate } from '../../src/contract/candidates.ts';
import type { ModelCall, ToolCall, ToolCode } from '../../src/contract/gateway-call.ts';
import type { Json } from '../../src/contract/json.ts';
import type { DefinitionManifest, ToolManifest } from '../../src/contract/manifest.ts';
import type { ModelRequest, ModelResponse } from '../../src/contract/model.ts';
import type { RunFacts } from '../../src/contract/run.ts';
import { NO_USAGE } from '../../src/contract/usage.ts';
import { FakeRun } from './step.ts';

const facts: RunFacts = {
  id: '01990000-0000-7000-8000-000000000001',
  tenant: 'acme',
  agent: 'support',
  version: 'f'.repeat(64),
  lane: 'normal',
  principal: 'key_1',
  createdAt: 1_750_000_000_000,
};

function toolManifest(overrides: Partial<ToolManifest> = {}): ToolManifest {
  return {
    name: 'refund',
    description: 'Refunds an order.',
    inputSchema: { type: 'object' },
    effect: 'write',
    risk: [],
    idempotent: false,
    network: [],
    timeout: 60_000,
    examples: [],
    compensates: false,
    ...overrides,
  };
}

function definitionManifest(overrides: Partial<DefinitionManifest> = {}): DefinitionManifest {
  return {
    kind: 'agent',
    name: 'support',
    hash: 'a'.repeat(64),
    model: 'openai/gpt-5-mini',
    effects: ['read', 'write'],
    tools: [],
    toolApproval: {},
    budget: DEFAULT_BUDGET,
    ...overrides,
  };
}

type CallOverrides = {
  key?: string;
  budget?: Partial<ResolvedBudget>;
  definition?: Partial<DefinitionManifest>;
  facts?: Partial<RunFacts>;
  signal?: AbortSignal;
};

export type ToolCallOverrides = CallOverrides & {
  tool?: Partial<ToolManifest>;
  input?: Json;
  code?: Partial<ToolCode>;
  batch?: { id: string; size: number };
  compensates?: { key: string; output: Json };
};

/** A tool call of a fake run; its code accepts any input and answers `{ ok: true }`. */
export function toolCall(run: FakeRun = new FakeRun(), overrides: ToolCallOverrides = {}): ToolCall {
  return {
    ...shared(run, overrides),
    tool: toolManifest(overrides.tool),
    input: overrides.input ?? { order: 'AC-1042', amount: 20 },
    toolCallId: 'call_1',
    attempt: 1,
    code: {
      parse: async (input) => ({ ok: true, value: input }),
      approval: async () => ({ status: 'not-applicable' }),
      execute: async () => ({ ok: true }),
      ...overrides.code,
    },
    ...(overrides.batch === undefined ? {} : { batch: overrides.batch }),
    ...(overrides.compensates === undefined ? {} : { compensates: overrides.compensates }),
  };
}

/** Records what the executor records before the pipeline. */
export function request(run: FakeRun, call: ToolCall): void {
  run.record({
    meta: {
      kind: 'tool.requested',
      key: call.step.key,
      tool: call.tool.name,
      effect: call.tool.effect,
      risk: call.tool.risk,
      toolCallId: call.toolCallId,
      inputHash: call.step.keyedHash(call.input),
      ...(call.batch === undefined ? {} : { batch: call.batch }),
      ...(call.compensates === undefined ? {} : { compensates: call.compensates.key }),
    },
    body: { input: call.input },
  });
}

export type ModelCallOverrides = CallOverrides & {
  request?: Partial<ModelRequest>;
  model?: string;
  candidates?: readonly Candidate[];
};

export function modelCall(run: FakeRun = new FakeRun(), overrides: ModelCallOverrides = {}): ModelCall {
  const model = overrides.model ?? overrides.candidates?.[0]?.model ?? 'openai/gpt-5-mini';
  return {
    ...shared(run, overrides),
    request: {
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'Where is my order AC-1042?' }] }],
      ...overrides.request,
    },
    model,
    candidates: overrides.candidates ?? [{ model }],
    attempt: 1,
    onDelta: () => {},
  };
}

export function modelResponse(overrides: Partial<ModelResponse> = {}): ModelResponse {
  return {
    content: [{ type: 'text', text: 'It left yesterday.' }],
    finishReason: 'stop',
    usage: { ...NO_USAGE, inputTokens: 20, outputTokens: 10 },
    model: 'openai/gpt-5-mini',
    ...overrides,
  };
}

function shared(run: FakeRun, { key, budget, definition, facts: overrides, signal }: CallOverrides) {
  return {
    run: { ...facts, ...overrides },
    definition: definitionManifest(definition),
    budget: { ...DEFAULT_BUDGET, ...budget },
    step: run.step(key),
    signal: signal ?? new AbortController().signal,
  };
}
