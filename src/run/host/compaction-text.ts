import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import { headAndTail } from '../../pillars/window/compress/cut-text.ts';
import { roughTokens } from './rough-tokens.ts';

/** Characters of one message, as the model that sums up is shown it. */
const OF_A_MESSAGE = 4_000;

const NAMES = { system: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' } as const;

/**
 * Messages as plain text for who sums them up; what has more tokens than `most` loses its beginning, which is the
 * oldest.
 */
export function compactionText(messages: readonly LanguageModelV4Message[], most: number): string {
  const texts = messages.map(
    (message) => `${NAMES[message.role]}: ${headAndTail(textOf(message), OF_A_MESSAGE, '[…]')}`,
  );
  const whole = texts.join('\n\n');
  const tokens = roughTokens(whole);
  if (tokens <= most) return whole;
  return `[…]${whole.slice(Math.ceil(whole.length * (1 - most / tokens))).toWellFormed()}`;
}

function textOf({ content }: LanguageModelV4Message): string {
  if (typeof content === 'string') return content;
  return content
    .map((part) => {
      if (part.type === 'text') return part.text;
      if (part.type === 'tool-call') return `(calls ${part.toolName} with ${JSON.stringify(part.input)})`;
      return part.type === 'tool-result' ? `(${part.toolName} returned ${outputText(part.output)})` : '';
    })
    .filter((text) => text !== '')
    .join('\n');
}

function outputText(output: LanguageModelV4ToolResultPart['output']): string {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value;
    case 'json':
    case 'error-json':
      return JSON.stringify(output.value);
    case 'execution-denied':
      return `nothing: it was denied${output.reason === undefined ? '' : `, ${output.reason}`}`;
    default:
      return '(files)';
  }
}
