import type { JSONValue, LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { ToolReply } from './tool-output.ts';
import { readToolOutput } from './tool-output.ts';

/** A call of a tool with its reply, if there is one yet. */
export type ToolUse = {
  toolCallId: string;
  toolName: string;
  input: JSONValue;
  reply: ToolReply | undefined;
};

/** A user's message and all that it led to. */
export type Turn = { text: string; uses: ToolUse[]; answer: string };

/** A prompt as turns; the last is the present one. `files` counts the parts that could not be read. */
export type Conversation = { turns: Turn[]; files: number };

const toJson = (input: unknown): JSONValue => {
  if (typeof input !== 'string') return (input ?? null) as JSONValue;
  try {
    return JSON.parse(input) as JSONValue;
  } catch {
    return input;
  }
};

/** What was said before, as it is quoted: no order of the user's. */
const isRecord = (message: LanguageModelV4Message): boolean =>
  message.providerOptions?.bulkhead?.pinned === true;

/**
 * Reads a prompt as turns. Messages of the system and records of earlier turns are left out: instructions hold examples and rules, which must
 * never be taken for the user's own words.
 *
 * @example
 * readConversation([{ role: 'user', content: [{ type: 'text', text: 'hello' }] }]).turns[0]?.text; // 'hello'
 */
export function readConversation(prompt: LanguageModelV4Prompt): Conversation {
  const turns: Turn[] = [];
  let files = 0;
  const present = (): Turn => {
    const last = turns.at(-1) ?? { text: '', uses: [], answer: '' };
    if (turns.length === 0) turns.push(last);
    return last;
  };
  const reply = (toolCallId: string, toolName: string, output: Parameters<typeof readToolOutput>[0]) => {
    const use = present().uses.find((other) => other.toolCallId === toolCallId);
    if (use !== undefined) use.reply = readToolOutput(output);
    else present().uses.push({ toolCallId, toolName, input: null, reply: readToolOutput(output) });
  };
  for (const message of prompt) {
    if (message.role === 'system' || isRecord(message)) continue;
    if (message.role === 'user') {
      const text = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
      files += message.content.filter((part) => part.type === 'file').length;
      const last = turns.at(-1);
      if (last !== undefined && last.uses.length === 0 && last.answer === '') last.text += `\n${text}`;
      else turns.push({ text, uses: [], answer: '' });
      continue;
    }
    for (const part of message.content) {
      if (part.type === 'text') present().answer += part.text;
      if (part.type === 'tool-call') {
        const { toolCallId, toolName } = part;
        present().uses.push({ toolCallId, toolName, input: toJson(part.input), reply: undefined });
      }
      if (part.type === 'tool-result') reply(part.toolCallId, part.toolName, part.output);
    }
  }
  return { turns, files };
}
