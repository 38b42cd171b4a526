import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { invalidRequest } from '../../problems/invalid-request.ts';
import { documentPart, filePart } from '../prompt/file-part.ts';
import { PromptBuilder } from '../prompt/prompt-builder.ts';
import type { UserPart } from '../prompt/prompt-parts.ts';
import { toolCallPart } from '../prompt/tool-call-part.ts';
import type { InputItem } from './input-items.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { openReasoning } from './sealed-reasoning.ts';

type Message = Extract<InputItem, { type: 'message' }>;
type Part = Message['content'][number];

/**
 * The items of a response's input as the prompt that every provider takes. Calls and reasoning join the message of
 * the model's that they stand beside.
 *
 * @param instructions the system message before all others
 * @param earlier what was said before the input
 * @throws BulkheadError `invalid_request`
 */
export function inputPrompt(
  instructions: string | null | undefined,
  items: readonly InputItem[],
  earlier: LanguageModelV4Prompt = [],
): LanguageModelV4Prompt {
  const prompt = new PromptBuilder();
  if (typeof instructions === 'string' && instructions !== '') {
    prompt.goOn([{ role: 'system', content: instructions, providerOptions: INSTRUCTIONS }]);
  }
  prompt.goOn(earlier);
  for (const [index, item] of items.entries()) addItem(prompt, item, `input.${index}`);
  return prompt.messages;
}

function addItem(prompt: PromptBuilder, item: InputItem, field: string): void {
  switch (item.type) {
    case 'message':
      return addMessage(prompt, item, `${field}.content`);
    case 'function_call': {
      const call = { id: item.call_id, name: item.name, args: item.arguments };
      return prompt.continueAssistant(toolCallPart(call, `${field}.arguments`));
    }
    case 'function_call_output': {
      const value = item.output.map(({ text }) => text).join('\n');
      return prompt.result(item.call_id, { type: 'text', value }, `${field}.call_id`);
    }
    case 'reasoning': {
      const reasoning = openReasoning(item.encrypted_content ?? '');
      if (reasoning !== undefined) prompt.continueAssistant(reasoning);
    }
  }
}

function addMessage(prompt: PromptBuilder, { role, content }: Message, field: string): void {
  if (role === 'user') {
    return prompt.user(content.map((part, index) => userPart(part, `${field}.${index}`)));
  }
  const texts = content.map((part, index) => textOfPart(part, role, `${field}.${index}`));
  if (role !== 'assistant') return prompt.system(texts.join('\n'));
  for (const text of texts) {
    if (text !== '') prompt.continueAssistant({ type: 'text', text });
  }
}

function userPart(part: Part, field: string): UserPart {
  switch (part.type) {
    case 'input_image':
      return filePart(part.image_url, {
        field: `${field}.image_url`,
        otherwise: 'image',
        detail: part.detail,
      });
    case 'input_file': {
      const { file_data: data, file_url: url, filename } = part;
      if (typeof data === 'string') return documentPart(data, { field: `${field}.file_data`, filename });
      if (typeof url === 'string') {
        return filePart(url, { field: `${field}.file_url`, filename, otherwise: 'application/pdf' });
      }
      throw invalidRequest([{ field, message: 'has neither file_data nor file_url' }]);
    }
    default:
      return { type: 'text', text: part.type === 'refusal' ? part.refusal : part.text };
  }
}

function textOfPart(part: Part, role: string, field: string): string {
  if (part.type === 'input_image' || part.type === 'input_file') {
    throw invalidRequest([{ field, message: `cannot stand in a message of the ${role}'s: only text can` }]);
  }
  return part.type === 'refusal' ? part.refusal : part.text;
}
