import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Agent } from '../../contract/agent.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import type { ModelRequest, ModelResponse } from '../../contract/model.ts';
import { textOf } from './answer-text.ts';
import type { HostExecution } from './execution.ts';
import { parseAnswer } from './generate.ts';
import type { Scope } from './scope.ts';

/** Tokens of prompt and answer at most, however much of the budget is left. */
const MOST = 8_000;
const INSTRUCTION =
  'Your budget is spent: you cannot call tools any more, and this is your last answer. Answer now, in a few sentences, with what is known. Say what you could not find out or do.';

/** Whether a step was refused because the budget is spent, and the agent may answer once more. */
export function mayAnswerOnce(error: unknown): error is BulkheadError {
  return BulkheadError.isInstance(error) && typeof error.details?.lastTurn === 'number';
}

/**
 * One short turn without tools, out of what is kept for it: the question and the newest of what is known, cut to
 * what the rest of the budget holds.
 *
 * @throws what refused the step before it, where the answer is none
 */
export async function lastTurn(
  agent: Agent,
  manifest: DefinitionManifest,
  asked: { system: string; input: Json; prompt: LanguageModelV4Prompt; spent: BulkheadError },
  { execution, scope, threshold }: { execution: HostExecution; scope: Scope; threshold: number },
): Promise<Json> {
  const { spent } = asked;
  const tokens = Math.min(MOST, Number(spent.details?.lastTurn));
  const maxOutputTokens = Math.max(16, Math.min(1_000, Math.floor(tokens / 3)));
  // The provider tells the model the schema too.
  const schema = manifest.outputSchema === undefined ? 0 : weight(JSON.stringify(manifest.outputSchema));
  const request: ModelRequest = {
    prompt: shortPrompt(asked, tokens - maxOutputTokens - schema),
    maxOutputTokens,
    lastTurn: true,
    ...(manifest.outputSchema === undefined
      ? {}
      : { responseFormat: { type: 'json', schema: manifest.outputSchema } }),
  };
  const step = { operation: 'model' as const, request };
  try {
    const response = (await execution.call(scope.next('last-turn'), step)) as unknown as ModelResponse;
    const text = textOf(response);
    if (text === '' || (response.confidence ?? 1) < threshold) throw spent;
    return agent.outputSchema === undefined ? text : await parseAnswer(agent.outputSchema, text);
  } catch {
    throw spent;
  }
}

function shortPrompt(
  { system, input, prompt }: { system: string; input: Json; prompt: LanguageModelV4Prompt },
  tokens: number,
): LanguageModelV4Prompt {
  // What the chat's own form costs, and an estimate that may be off by a little.
  const room = tokens - weight(INSTRUCTION) - 40;
  const instructions = cut(system, room * 0.4);
  const question = cut(typeof input === 'string' ? input : JSON.stringify(input), room * 0.25);
  const known = newest(prompt, room - weight(instructions) - weight(question));
  return [
    { role: 'system', content: instructions },
    {
      role: 'user',
      content: [
        {
          type: 'text',
          text: [question, ...(known === '' ? [] : [`What is known so far:\n${known}`]), INSTRUCTION].join(
            '\n\n',
          ),
        },
      ],
    },
  ];
}

/** What tools returned and the model said, the newest of it that fits, in its order. */
function newest(prompt: LanguageModelV4Prompt, tokens: number): string {
  const lines: string[] = [];
  let left = tokens;
  for (const line of prompt.flatMap(linesOf).toReversed()) {
    if (left < 20) break;
    const kept = cut(line, left - 2);
    lines.unshift(kept);
    left -= weight(kept) + 2;
  }
  return lines.join('\n');
}

function linesOf(message: LanguageModelV4Prompt[number]): string[] {
  if (message.role === 'assistant') {
    return message.content.flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : []));
  }
  if (message.role !== 'tool') return [];
  return message.content.flatMap((part) => {
    if (part.type !== 'tool-result') return [];
    const { output } = part;
    const shown = 'value' in output ? output.value : (output.reason ?? output.type);
    return [`${part.toolName}: ${typeof shown === 'string' ? shown : JSON.stringify(shown)}`];
  });
}

/** The beginning of a text, as much of it as so many tokens may hold. */
function cut(text: string, tokens: number): string {
  let left = tokens;
  let end = 0;
  for (const character of text) {
    left -= weightOf(character);
    if (left < 0) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** Tokens of a text at most, roughly: words of ASCII take a third of a token a character, other scripts up to one. */
function weight(text: string): number {
  let tokens = 0;
  for (const character of text) tokens += weightOf(character);
  return tokens;
}

function weightOf(character: string): number {
  return character < '\u0080' ? 0.34 : 1.2;
}
