import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { modelCall, modelResponse } from '../../../test/fakes/calls.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import type { ModelRequest, ModelResponse } from '../../contract/model.ts';
import { Compaction } from './compaction.ts';
import { earlierConversation } from './earlier-conversation.ts';
import type { HostExecution } from './execution.ts';
import { Scope } from './scope.ts';

const user = (text: string): LanguageModelV4Message => ({ role: 'user', content: [{ type: 'text', text }] });
const system: LanguageModelV4Message = { role: 'system', content: 'Help.' };
/** A call and its result of about 300 tokens. */
const round = (name: string, toolName = 'find'): LanguageModelV4Prompt => [
  { role: 'assistant', content: [{ type: 'tool-call', toolCallId: name, toolName, input: {} }] },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: name,
        toolName,
        output: { type: 'text', value: `${name} ${'x'.repeat(600)}` },
      },
    ],
  },
];

/** An execution whose model answers with this, step after step. */
function execution(answers: Record<string, Json | Error>, session?: string) {
  const asked: { key: string; request: ModelRequest }[] = [];
  const fake = {
    run: { id: 'r', tenant: 'acme', agent: 'support', ...(session === undefined ? {} : { session }) },
    call: async (key: string, step: { request: ModelRequest }) => {
      asked.push({ key, request: step.request });
      const answer = answers[key];
      if (answer instanceof Error) throw answer;
      if (answer === undefined) throw new Error(`Nothing answers ${key}.`);
      return answer;
    },
  };
  return { asked, fake: fake as unknown as HostExecution };
}

const says = (text: string, more: Partial<ModelResponse> = {}) =>
  modelResponse({ content: [{ type: 'text', text }], ...more }) as unknown as Json;
const manifest = (more: Partial<DefinitionManifest> = {}) => ({ ...modelCall().definition, ...more });
const full = modelResponse({ window: { tokens: 2_500, limit: 3_000 } });
const summary = { 'compact#1/model#1': says('Found a to d.') };

describe('the agent loop’s window', () => {
  const prompt = () => [
    system,
    user('Find all.'),
    ...['a', 'b', 'c', 'd', 'e', 'f'].flatMap((name) => round(name)),
  ];

  it('is left alone while there is room, and where no answer tells of one', async () => {
    const { asked, fake } = execution({});
    const compaction = new Compaction(manifest(), 'Find all.', fake, new Scope());
    const before = prompt();
    const same = [...before];
    await compaction.fit(before, 14, modelResponse({ window: { tokens: 1_000, limit: 3_000 } }));
    await compaction.fit(before, 14, modelResponse());
    expect(before).toEqual(same);
    expect(asked).toEqual([]);
  });

  it('has what is oldest in it summed up by the small tier, unseen, in a step of its own', async () => {
    const { asked, fake } = execution(summary);
    const now = prompt();
    await new Compaction(manifest(), 'Find all.', fake, new Scope()).fit(now, 14, full);
    expect(asked).toMatchObject([
      { key: 'compact#1/model#1', request: { tier: 'small', quiet: true, maxOutputTokens: 375 } },
    ]);
    const material = JSON.stringify(asked[0]?.request.prompt);
    expect(material).toContain('find returned a xxx');
    expect(material).not.toContain('find returned f xxx');
    expect(now.slice(0, 4)).toMatchObject([
      system,
      {
        role: 'user',
        content: [{ text: expect.stringContaining('Found a to d.') }],
        providerOptions: { bulkhead: { pinned: true } },
      },
      { role: 'assistant' },
      user('Find all.'),
    ]);
    expect(now.slice(-2)).toEqual(round('f'));
    expect(now.filter(({ role }) => role === 'tool').length).toBeLessThan(6);
  });

  it('counts what came after the answer', async () => {
    const { asked, fake } = execution(summary);
    const now = prompt();
    await new Compaction(manifest(), 'Find all.', fake, new Scope()).fit(
      now,
      2,
      modelResponse({ window: { tokens: 900, limit: 3_000 } }),
    );
    expect(asked).toHaveLength(1);
  });

  it('takes the record before along into the next', async () => {
    const { asked, fake } = execution({ ...summary, 'compact#2/model#1': says('Found a to h.') });
    const compaction = new Compaction(manifest(), 'Find all.', fake, new Scope());
    const now = prompt();
    await compaction.fit(now, 14, full);
    now.push(...round('g'), ...round('h'), ...round('i'), ...round('j'));
    await compaction.fit(now, now.length, full);
    expect(JSON.stringify(asked[1]?.request.prompt)).toContain('Found a to d.');
    const text = JSON.stringify(now);
    expect(text).toContain('Found a to h.');
    expect(text).not.toContain('Found a to d.');
  });

  it('keeps the latest result of a pinned tool, and as many turns as the agent says', async () => {
    const { fake } = execution(summary);
    const tools = [{ ...({} as DefinitionManifest['tools'][number]), name: 'customer', pin: true }];
    const now = [
      system,
      user('Find all.'),
      ...round('k', 'customer'),
      ...['a', 'b', 'c', 'd', 'e'].flatMap((name) => round(name)),
    ];
    await new Compaction(manifest({ tools, window: { keepTurns: 1 } }), 'Find all.', fake, new Scope()).fit(
      now,
      14,
      full,
    );
    expect(now.slice(3)).toEqual([
      user('Find all.'),
      ...round('k', 'customer'),
      ...round('d'),
      ...round('e'),
    ]);
  });

  it.each([
    ['fails', new BulkheadError({ code: 'provider_unavailable', message: 'Down.' })],
    ['abstains', says('I do not know.', { confidence: 0.2 })],
    ['says nothing', says(' ')],
  ])('stays as it is when the model %s, which is not asked again', async (_, answer) => {
    const { asked, fake } = execution({ 'compact#1/model#1': answer });
    const compaction = new Compaction(manifest(), 'Find all.', fake, new Scope());
    const now = prompt();
    const same = [...now];
    await compaction.fit(now, 14, full);
    await compaction.fit(now, 14, full);
    expect(now).toEqual(same);
    expect(asked).toHaveLength(1);
  });
});

describe('the conversation before a run', () => {
  it('is none without a session', async () => {
    expect(await earlierConversation(execution({}).fake, new Scope())).toEqual([]);
  });

  it('is the list of its messages, as runs recorded them from the first version on', async () => {
    const messages = [user('1'), user('2')];
    const { fake } = execution({ 'session#1': messages as unknown as Json }, 's');
    expect(await earlierConversation(fake, new Scope())).toEqual(messages);
  });

  it('is a record and the latest turns; what no summary covers is summed up first', async () => {
    const session = {
      messages: [user('late')] as unknown as Json,
      summary: 'Before.',
      excerpt: 'User: parcel',
      leaving: { text: 'User: old', upTo: 'run-9', tokens: 300 },
    };
    const { asked, fake } = execution(
      { 'session#1': session as unknown as Json, 'compact:session#1/model#1': says('All of it.') },
      's',
    );
    const [record, taken, late, excerpt, ...rest] = await earlierConversation(fake, new Scope());
    expect(JSON.stringify(record)).toContain('All of it.');
    expect(taken).toMatchObject({ role: 'assistant' });
    expect(late).toEqual(user('late'));
    expect(JSON.stringify(excerpt)).toMatch(/Excerpt of the earlier conversation.*parcel/);
    expect(rest).toMatchObject([{ role: 'assistant' }]);
    expect(asked[1]?.request).toMatchObject({ tier: 'small', maxOutputTokens: 300 });
    expect(asked[1]?.request.prompt[1]).toMatchObject({ providerOptions: { bulkhead: { upTo: 'run-9' } } });
    expect(JSON.stringify(asked[1]?.request.prompt)).toMatch(/Before\..*User: old/);
  });

  it('keeps the summary before when no new one is made', async () => {
    const session = { messages: [], summary: 'Before.', leaving: { text: 'x', upTo: 'run-9', tokens: 300 } };
    const failed = new BulkheadError({ code: 'provider_unavailable', message: 'Down.' });
    const { fake } = execution({ 'session#1': session, 'compact:session#1/model#1': failed }, 's');
    expect(JSON.stringify(await earlierConversation(fake, new Scope()))).toContain('Before.');
  });
});
