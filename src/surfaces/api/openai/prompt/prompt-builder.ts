import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { invalidRequest } from '../../problems/invalid-request.ts';
import type { AssistantPart, ReasoningPart, ToolOutput, UserPart } from './prompt-parts.ts';

type Assistant = Extract<LanguageModelV4Message, { role: 'assistant' }>;
type ToolMessage = Extract<LanguageModelV4Message, { role: 'tool' }>;

/**
 * Builds a prompt from what a client sends piece by piece. OpenAI's results of tools name the call alone; the
 * prompt's name the tool too, so that a result needs its call before it.
 *
 * @example
 * const prompt = new PromptBuilder();
 * prompt.system('Be brief.');
 * prompt.user([{ type: 'text', text: 'Hello.' }]);
 * prompt.messages; // [{ role: 'system', … }, { role: 'user', … }]
 */
export class PromptBuilder {
  readonly messages: LanguageModelV4Prompt = [];
  readonly #tools = new Map<string, string>();

  /** Messages as they are, from before. */
  goOn(earlier: LanguageModelV4Prompt): void {
    for (const message of earlier) {
      this.messages.push(message);
      if (message.role !== 'assistant') continue;
      for (const part of message.content) {
        if (part.type === 'tool-call') this.#tools.set(part.toolCallId, part.toolName);
      }
    }
  }

  /** @param name who speaks, for providers that take one */
  system(content: string, name?: string | null): void {
    this.messages.push({ role: 'system', content, ...speaker(name) });
  }

  user(content: UserPart[], name?: string | null): void {
    this.messages.push({ role: 'user', content, ...speaker(name) });
  }

  /** A whole message of the model's. */
  assistant(content: AssistantPart[], name?: string | null): void {
    this.messages.push({ role: 'assistant', content: [], ...speaker(name) });
    for (const part of content) this.continueAssistant(part);
  }

  /**
   * A part that came by itself. It belongs to the message before it, unless that one had all been said; reasoning
   * goes to the front, where providers want it.
   */
  continueAssistant(part: AssistantPart): void {
    const { content } = this.#openAssistant(part);
    if (part.type === 'tool-call') this.#tools.set(part.toolCallId, part.toolName);
    if (part.type !== 'reasoning') {
      content.push(part);
      return;
    }
    const front = content.findIndex(({ type }) => type !== 'reasoning');
    content.splice(front < 0 ? content.length : front, 0, part satisfies ReasoningPart);
  }

  /**
   * @param field where the client named the call
   * @throws BulkheadError `invalid_request` when no message before it makes the call
   */
  result(call: string, output: ToolOutput, field: string): void {
    const toolName = this.#tools.get(call);
    if (toolName === undefined) {
      throw invalidRequest([{ field, message: `no message before it has the tool call "${call}"` }]);
    }
    const last = this.messages.at(-1);
    const part: ToolMessage['content'][number] = { type: 'tool-result', toolCallId: call, toolName, output };
    if (last?.role === 'tool') last.content.push(part);
    else this.messages.push({ role: 'tool', content: [part] });
  }

  #openAssistant(part: AssistantPart): Assistant {
    const last = this.messages.at(-1);
    if (last?.role === 'assistant' && !(part.type === 'text' && hasAnswered(last))) return last;
    const message: Assistant = { role: 'assistant', content: [] };
    this.messages.push(message);
    return message;
  }
}

/** It spoke and called no tool: what it says next is another message. */
function hasAnswered({ content }: Assistant): boolean {
  return content.some(({ type }) => type === 'text') && content.every(({ type }) => type !== 'tool-call');
}

/** Only OpenAI's own wire has a name beside the role. */
function speaker(name: string | null | undefined): { providerOptions?: { openai: { name: string } } } {
  return typeof name === 'string' ? { providerOptions: { openai: { name } } } : {};
}
