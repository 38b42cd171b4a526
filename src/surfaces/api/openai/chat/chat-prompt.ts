import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { documentPart, filePart } from '../prompt/file-part.ts';
import { PromptBuilder } from '../prompt/prompt-builder.ts';
import type { AssistantPart, UserPart } from '../prompt/prompt-parts.ts';
import { toolCallPart } from '../prompt/tool-call-part.ts';
import type { ChatMessage } from './chat-messages.ts';

type Of<Role extends ChatMessage['role']> = Extract<ChatMessage, { role: Role }>;

/**
 * The messages of a chat as the prompt that every provider takes.
 *
 * @throws BulkheadError `invalid_request` that names the part which is no image, no call, no result
 */
export function chatPrompt(messages: readonly ChatMessage[]): LanguageModelV4Prompt {
  const prompt = new PromptBuilder();
  for (const [index, message] of messages.entries()) addMessage(prompt, message, `messages.${index}`);
  return prompt.messages;
}

function addMessage(prompt: PromptBuilder, message: ChatMessage, field: string): void {
  switch (message.role) {
    case 'system':
    case 'developer':
      return prompt.system(joined(message.content), message.name);
    case 'user':
      return prompt.user(
        message.content.map((part, index) => userPart(part, `${field}.content.${index}`)),
        message.name,
      );
    case 'assistant':
      return prompt.assistant(assistantParts(message, field), message.name);
    case 'tool': {
      const output = { type: 'text' as const, value: joined(message.content) };
      return prompt.result(message.tool_call_id, output, `${field}.tool_call_id`);
    }
  }
}

function joined(parts: readonly { text: string }[]): string {
  return parts.map(({ text }) => text).join('\n');
}

function userPart(part: Of<'user'>['content'][number], field: string): UserPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image_url': {
      const { url, detail } = part.image_url;
      return filePart(url, { field: `${field}.image_url.url`, otherwise: 'image', detail });
    }
    case 'file': {
      const { file_data: data, filename } = part.file;
      return documentPart(data, { field: `${field}.file.file_data`, filename });
    }
  }
}

function assistantParts(
  { content, refusal, tool_calls: calls }: Of<'assistant'>,
  field: string,
): AssistantPart[] {
  const said = (content ?? []).map((part) => (part.type === 'text' ? part.text : part.refusal));
  const texts = [...said, ...(typeof refusal === 'string' ? [refusal] : [])].filter((text) => text !== '');
  return [
    ...texts.map((text): AssistantPart => ({ type: 'text', text })),
    ...(calls ?? []).map(({ id, function: { name, arguments: args } }, index) =>
      toolCallPart({ id, name, args }, `${field}.tool_calls.${index}.function.arguments`),
    ),
  ];
}
