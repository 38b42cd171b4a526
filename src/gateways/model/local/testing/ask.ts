import type { LanguageModelV4Prompt } from '@ai-sdk/provider';

/** A prompt of one message of the user. */
export function ask(text: string): LanguageModelV4Prompt {
  return [{ role: 'user', content: [{ type: 'text', text }] }];
}

/** A fixed clock: Tuesday, 3 March 2026, noon UTC. */
export const now = new Date('2026-03-03T12:00:00Z');

/** A turn in which one call was made and answered. */
export function answeredCall(
  text: string,
  toolName: string,
  input: Record<string, string | number>,
  output: Extract<
    Extract<LanguageModelV4Prompt[number], { role: 'tool' }>['content'][number],
    { type: 'tool-result' }
  >['output'],
): LanguageModelV4Prompt {
  return [
    ...ask(text),
    { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'call-1', toolName, input }] },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call-1', toolName, output }] },
  ];
}
