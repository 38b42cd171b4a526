import type { JSONValue, LanguageModelV4Message } from '@ai-sdk/provider';
import type { SerializedError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { ModelContent, ModelResponse } from '../../contract/model.ts';

type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];
type ToolContent = Extract<LanguageModelV4Message, { role: 'tool' }>['content'];
type ToolOutput = Extract<ToolContent[number], { type: 'tool-result' }>['output'];

/** How one tool call ended, as the model is told. */
export type CallResult = { call: { toolCallId: string; toolName: string } } & (
  | { output: Json }
  | { error: Pick<SerializedError, 'code' | 'message' | 'denied'> }
);

/** What the model said, as the next prompt shows it to the model. */
export function assistantMessage(response: ModelResponse): LanguageModelV4Message {
  return { role: 'assistant', content: response.content.flatMap(assistantPart) };
}

function assistantPart(part: ModelContent): AssistantContent {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return [{ type: part.type, text: part.text, ...providerOptions(part.providerMetadata) }];
    case 'tool-call':
      return [
        {
          type: 'tool-call',
          toolCallId: part.toolCallId,
          toolName: part.toolName,
          // Providers take objects only; arguments that were no JSON are shown back as text.
          input: part.invalid ? { invalidArguments: part.input } : part.input,
          ...(part.providerExecuted ? { providerExecuted: true } : {}),
          ...providerOptions(part.providerMetadata),
        },
      ];
    default:
      return [];
  }
}

/** Results of the calls of one answer. */
export function toolMessage(results: readonly CallResult[]): LanguageModelV4Message {
  return {
    role: 'tool',
    content: results.map((result) => ({
      type: 'tool-result',
      toolCallId: result.call.toolCallId,
      toolName: result.call.toolName,
      output: toolOutput(result),
    })),
  };
}

function toolOutput(result: CallResult): ToolOutput {
  if ('error' in result) {
    // A person or a rule said no to this call; anything else is a failure that the model may work around.
    return result.error.code.startsWith('approval_')
      ? { type: 'execution-denied', reason: result.error.message }
      : { type: 'error-text', value: result.error.message };
  }
  return typeof result.output === 'string'
    ? { type: 'text', value: result.output }
    : { type: 'json', value: result.output as JSONValue };
}

/** Signatures of reasoning and the like must go back to the provider that gave them. */
function providerOptions(metadata: Json | undefined): { providerOptions?: never } {
  return metadata === undefined ? {} : { providerOptions: metadata as never };
}
