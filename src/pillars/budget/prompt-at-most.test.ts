import { expect, it } from 'vitest';
import { promptAtMost } from './prompt-at-most.ts';

it.each([
  ['openai/gpt-5-mini', true, 900],
  ['local', true, 900],
  ['anthropic/claude-haiku-4-5', false, 1_200],
  ['anthropic/claude-haiku-4-5', true, 1_730],
  ['openai-compatible/mine', true, 1_200],
])('a prompt of 900 tokens may be for %s, tools offered: %s, one of %i', (model, hasTools, most) => {
  expect(promptAtMost(model, { tokens: 900, hasTools })).toBe(most);
});
