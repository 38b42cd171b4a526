import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../test/fakes/calls.ts';
import { FakeRun } from '../../../test/fakes/step.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { ToolManifest } from '../../contract/manifest.ts';
import { window } from './window.ts';
import type { WindowMeter } from './window-meter.ts';

const user = (text: string): LanguageModelV4Message => ({ role: 'user', content: [{ type: 'text', text }] });
const assistant = (text: string): LanguageModelV4Message => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
});
const calls = (toolCallId: string, toolName = 'find'): LanguageModelV4Message => ({
  role: 'assistant',
  content: [{ type: 'tool-call', toolCallId, toolName, input: {} }],
});
const result = (toolCallId: string, toolName = 'find'): LanguageModelV4Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: toolCallId } }],
});
const system: LanguageModelV4Message = { role: 'system', content: 'Help.' };

/** Each message has 100 tokens, whatever it says. */
const counter = {
  message: async () => 100,
  request: async ({ prompt }: { prompt: LanguageModelV4Prompt }) => 100 * prompt.length,
};

/** A window of `tokens`, of which a quarter is the answer's. */
function setUp(windows: Record<string, number>, run = new FakeRun()) {
  const metered: string[] = [];
  const meter: WindowMeter = {
    measured: (tokens, { agent, model }) => metered.push(`measured ${tokens} ${agent} ${model}`),
    warned: () => metered.push('warned'),
    trimmed: () => metered.push('trimmed'),
  };
  const passed: ModelCall[] = [];
  const control = window({ windows: { of: (model) => windows[model] ?? 0 }, counter, meter });
  const ask = (prompt: LanguageModelV4Prompt, overrides: ModelCallOverrides = {}) =>
    control.handle(
      modelCall(run, { ...overrides, request: { prompt, ...overrides.request } }),
      async (call) => {
        passed.push(call);
        return modelResponse();
      },
    );
  /** What was asked for the last time, message by message. */
  const shown = () => passed.at(-1)?.request.prompt;
  return { run, metered, passed, ask, shown };
}

const small = { 'openai/gpt-5-mini': 800 };

describe('a prompt that fits', () => {
  it('passes as it is, and the answer says how full the window was', async () => {
    const { ask, passed, run, metered } = setUp(small);
    const prompt = [system, user('Hello?')];
    expect(await ask(prompt)).toMatchObject({ window: { tokens: 200, limit: 600 } });
    expect(passed[0]?.request).toMatchObject({ prompt });
    expect(run.entries).toEqual([]);
    expect(metered).toEqual(['measured 200 support openai/gpt-5-mini']);
  });

  it('is asked of those models only whose window takes it, as fallbacks too', async () => {
    const { ask, passed } = setUp({ 'openai/small': 400, 'openai/large': 4_000, 'openai/other': 4_000 });
    const candidates = [{ model: 'openai/small' }, { model: 'openai/large' }, { model: 'openai/other' }];
    await ask([system, user('1'), assistant('2'), user('3')], { candidates });
    expect(passed[0]).toMatchObject({ model: 'openai/large', candidates: candidates.slice(1) });
    await ask([user('1')], { candidates });
    expect(passed[1]).toMatchObject({ model: 'openai/small', candidates });
  });

  it('leaves the answer what is left of the window, where that is less than it may have', async () => {
    const { ask, passed } = setUp(small);
    await ask([user('1'), assistant('2'), user('3'), assistant('4'), user('5')]);
    expect(passed[0]?.request.maxOutputTokens).toBe(300);
    await ask([user('1')], { request: { maxOutputTokens: 50 } });
    expect(passed[1]?.request.maxOutputTokens).toBe(50);
  });

  it('keeps to the limit of its agent, however much the model takes', async () => {
    const { ask } = setUp({ 'openai/gpt-5-mini': 100_000 });
    const definition = { window: { tokens: 2_000 } };
    expect(await ask([user('1')], { definition })).toMatchObject({ window: { limit: 1_500 } });
  });
});

describe('a prompt that does not fit', () => {
  it('is refused where whoever asks wants all of it read', async () => {
    const { ask, passed, run } = setUp(small);
    const prompt = [1, 2, 3, 4, 5, 6, 7].map((number) => user(String(number)));
    await expect(ask(prompt, { request: { untrimmed: true } })).rejects.toMatchObject({
      code: 'window_exceeded',
      message: expect.stringMatching(
        /^The prompt has 700 tokens, and its models' windows leave 600 for it\./,
      ),
    });
    expect(passed).toEqual([]);
    expect(run.all('window.trimmed')).toEqual([]);
    await ask(prompt.slice(1), { request: { untrimmed: true } });
    expect(passed).toHaveLength(1);
  });

  it('loses its oldest turns whole, and no more of them than it must', async () => {
    const { ask, shown, run, metered } = setUp(small);
    const prompt = [
      system,
      user('1'),
      assistant('2'),
      user('3'),
      assistant('4'),
      user('5'),
      assistant('6'),
      user('7'),
    ];
    expect(await ask(prompt)).toMatchObject({ window: { tokens: 800, limit: 600 } });
    expect(shown()).toEqual([system, user('3'), assistant('4'), user('5'), assistant('6'), user('7')]);
    expect(run.all('window.trimmed')).toMatchObject([{ key: 'main/1', messages: 2, tokens: 200 }]);
    expect(metered).toContain('trimmed');
    await ask(prompt);
    expect(run.all('window.trimmed'), 'a step that is entered again').toHaveLength(1);
  });

  it('keeps calls beside their results, and the latest of them', async () => {
    const { ask, shown } = setUp(small);
    const question = user('Find both.');
    await ask([
      system,
      user('old'),
      calls('a'),
      result('a'),
      assistant('done'),
      question,
      calls('b'),
      result('b'),
      calls('c'),
      result('c'),
    ]);
    expect(shown()).toEqual([system, question, calls('b'), result('b'), calls('c'), result('c')]);
    await ask([system, question, calls('b'), result('b'), calls('c'), result('c'), calls('d'), result('d')]);
    expect(shown()).toEqual([system, question, calls('c'), result('c'), calls('d'), result('d')]);
  });

  it('keeps what the run was asked when something was said after it', async () => {
    const { ask, shown, run } = setUp(small);
    run.record({ meta: createdMeta, body: { input: 'How many?' } });
    const note = user('That is no JSON.');
    const asked = user('How many?');
    await ask([system, user('1'), assistant('2'), asked, calls('a'), result('a'), assistant('x'), note]);
    expect(shown()).toEqual([system, asked, calls('a'), result('a'), assistant('x'), note]);
  });

  it('keeps records, and the latest result of a tool that is pinned', async () => {
    const { ask, shown } = setUp({ 'openai/gpt-5-mini': 1_200 });
    const record: LanguageModelV4Message = {
      ...user('Record'),
      providerOptions: { bulkhead: { pinned: true } },
    };
    const tools = [{ name: 'customer', pin: true } as ToolManifest];
    const customer = [calls('k', 'customer'), result('k', 'customer')];
    const prompt = [
      system,
      record,
      user('1'),
      assistant('2'),
      user('q'),
      calls('j', 'customer'),
      result('j', 'customer'),
      ...customer,
      calls('b'),
      result('b'),
      calls('c'),
      result('c'),
    ];
    await ask(prompt, { definition: { tools } });
    expect(shown()).toEqual([
      system,
      record,
      user('q'),
      ...customer,
      calls('b'),
      result('b'),
      calls('c'),
      result('c'),
    ]);
  });

  it('is refused when what has to stay is too much, with the figures', async () => {
    const { ask, passed } = setUp({ 'openai/gpt-5-mini': 200 });
    await expect(ask([system, user('a book')])).rejects.toMatchObject({
      code: 'window_exceeded',
      denied: true,
      endsRun: false,
      message: expect.stringContaining('200 tokens'),
      details: { tokens: 200, limit: 150 },
    });
    expect(passed).toEqual([]);
  });

  it('is asked of the largest of its models', async () => {
    const { ask, passed } = setUp({ 'openai/small': 400, 'openai/large': 800 });
    const candidates = [{ model: 'openai/small' }, { model: 'openai/large' }];
    const prompt = Array.from({ length: 9 }, (_, place) => (place % 2 === 0 ? user('u') : assistant('a')));
    await ask(prompt, { candidates });
    expect(passed[0]).toMatchObject({ model: 'openai/large', candidates: [{ model: 'openai/large' }] });
    expect(passed[0]?.request.prompt).toHaveLength(5);
  });
});

describe('a prompt that may be the local model’s', () => {
  it('is cut to what the other models take, as if it were not there', async () => {
    const { ask, passed } = setUp({ 'openai/small': 800, local: 1_000_000 });
    const candidates = [{ model: 'openai/small' }, { model: 'local' }];
    const prompt = Array.from({ length: 9 }, (_, place) => (place % 2 === 0 ? user('u') : assistant('a')));
    expect(await ask(prompt, { candidates })).toMatchObject({ window: { limit: 600 } });
    expect(passed[0]).toMatchObject({ model: 'openai/small', candidates });
    expect(passed[0]?.request.prompt).toHaveLength(5);
    await ask(prompt, { candidates: [{ model: 'local' }] });
    expect(passed[1]?.request.prompt).toHaveLength(9);
  });
});

describe('a window that fills up', () => {
  it('is warned about at 80 % and at 95 %, once a run each', async () => {
    const { ask, run, metered } = setUp({ 'openai/gpt-5-mini': 2_700 });
    const long = (messages: number) => Array.from({ length: messages }, () => user('x'));
    await ask(long(15));
    expect(run.all('window.warned')).toEqual([]);
    await ask(long(17));
    await ask(long(18), { key: 'model#2' });
    await ask(long(20), { key: 'model#3' });
    await ask(long(17), { key: 'model#4' });
    expect(run.all('window.warned')).toMatchObject([
      { key: 'main/1', percent: 80, tokens: 1_700, limit: 2_025 },
      { key: 'model#3', percent: 95, tokens: 2_000 },
    ]);
    expect(metered.filter((line) => line === 'warned')).toHaveLength(2);
  });
});

const createdMeta = {
  kind: 'run.created',
  agent: 'support',
  definition: 'agent',
  version: 'v',
  lane: 'normal',
  principal: 'ada',
  budget: modelCall().budget,
} as const;
