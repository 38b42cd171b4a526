import type { ModelResponse } from '../../../contract/model.ts';

/** A call that the client is to make. */
export type ClientCall = { id: string; name: string; arguments: string };

/** The tool calls of an answer, without those that the provider made itself. Arguments that were no JSON come as they were. */
export function toolCallsOf({ content }: ModelResponse): ClientCall[] {
  return content.flatMap((part) =>
    part.type !== 'tool-call' || part.providerExecuted === true
      ? []
      : [
          {
            id: part.toolCallId,
            name: part.toolName,
            arguments:
              part.invalid === true && typeof part.input === 'string'
                ? part.input
                : JSON.stringify(part.input),
          },
        ],
  );
}
