import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../../contract/model.ts';
import { markStablePrefix } from './mark-stable-prefix.ts';

const LONG = 'word '.repeat(1_200);
const SHORT = 'Help.';
const MARK = { anthropic: { cacheControl: { type: 'ephemeral' } } };
const user = (text: string) => ({ role: 'user' as const, content: [{ type: 'text' as const, text }] });
const assistant = (text: string) => ({
  role: 'assistant' as const,
  content: [{ type: 'text' as const, text }],
});
const system = (content: string) => ({ role: 'system' as const, content });
const tool = (name: string, description = SHORT) => ({ name, description, inputSchema: {} });

/** Where marks stand: indices of messages, and names of tools. */
function marksOf({ prompt, tools = [] }: ModelRequest): (number | string)[] {
  const marked = ({ providerOptions }: { providerOptions?: object }) =>
    JSON.stringify(providerOptions ?? {}).includes(JSON.stringify(MARK.anthropic).slice(1, -1));
  return [
    ...prompt.flatMap((message, at) => (marked(message) ? [at] : [])),
    ...tools.flatMap((offered) => (marked(offered) ? [offered.name] : [])),
  ];
}

describe('a mark stands', () => {
  it.each<[string, LanguageModelV4Prompt, ModelRequest['tools'], (number | string)[]]>([
    ['nowhere in a short request', [system(SHORT), user(SHORT)], [tool('a')], []],
    ['on a long system prompt', [system(LONG), user(SHORT)], undefined, [0]],
    ['on the last of the system messages', [system(SHORT), system(LONG), user(SHORT)], undefined, [1]],
    [
      'on the system prompt when it is long with its tools',
      [system(SHORT), user(SHORT)],
      [tool('a', LONG)],
      [0, 'a'],
    ],
    ['on the last tool', [user(SHORT)], [tool('a', LONG), tool('b')], ['b']],
    ['not on a single long question, which comes once', [system(SHORT), user(LONG)], undefined, []],
    [
      'on the last message of a conversation',
      [system(LONG), user(SHORT), assistant(SHORT), user(SHORT)],
      undefined,
      [0, 3],
    ],
  ])('%s', (_, prompt, tools, marks) => {
    expect(marksOf(markStablePrefix({ prompt, ...(tools === undefined ? {} : { tools }) }))).toEqual(marks);
  });

  it('beside what a message says already', () => {
    const [marked] = markStablePrefix({
      prompt: [{ ...system(LONG), providerOptions: { bulkhead: { pinned: true } } }, user(SHORT)],
    }).prompt;
    expect(marked?.providerOptions).toEqual({ bulkhead: { pinned: true }, ...MARK });
  });

  it('where the author put it, and then nowhere else', () => {
    const question = {
      role: 'user' as const,
      content: [{ type: 'text' as const, text: LONG, providerOptions: MARK }],
    };
    const request: ModelRequest = { prompt: [system(LONG), question] };
    expect(markStablePrefix(request)).toBe(request);
  });
});
