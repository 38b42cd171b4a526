import { isRecord, textOfParts } from './chat-body.ts';
import type { Script } from './reply.ts';
import type { Frame, Wire, WireError } from './wire.ts';

const CALL = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent\?alt=sse)$/;

/** Gemini's `POST /v1beta/models/<model>:generateContent`, and `:streamGenerateContent` as server-sent events. */
export const googleWire: Wire = {
  version: '/v1beta',
  requestIdHeader: 'x-request-id',
  overloaded: 503,

  read: (path, body) => {
    const [, model, method] = CALL.exec(path) ?? [];
    if (model === undefined) return undefined;
    const contents: unknown[] = Array.isArray(body.contents) ? body.contents : [];
    const last = contents.findLast((content) => isRecord(content) && content.role === 'user');
    return {
      model,
      stream: method !== 'generateContent',
      text: textOfParts(isRecord(last) ? last.parts : []),
    };
  },

  check: (headers, body) => {
    if (headers['x-goog-api-key'] === undefined) {
      return error(403, undefined, 'Method doesn’t allow unregistered callers.');
    }
    if (!isRecord(body)) return error(400, undefined, 'Invalid JSON payload received.');
    if (!Array.isArray(body.contents) || body.contents.length === 0) {
      return error(400, undefined, 'GenerateContentRequest.contents: contents is not specified');
    }
    return undefined;
  },

  whole: (script) =>
    answer(script, [...thoughts(script), ...texts([script.chunks.join('')]), ...calls(script)], true),

  frames: (script) => {
    const parts = [...thoughts(script), ...texts(script.chunks), ...calls(script)];
    // Gemini tells the reason and the final counts with the last piece; here they come behind it, as they may.
    return [
      ...parts.map((part) => event(answer(script, [part], false), true)),
      event(answer(script, [], true), false),
    ];
  },

  error,
  errorFrame: () => event(error(503).body, false),
  notFound: (path) => error(404, undefined, `There is nothing at ${path}.`),
};

function answer(script: Script, parts: object[], last: boolean) {
  return {
    candidates: [
      {
        content: { role: 'model', parts },
        index: 0,
        ...(last ? { finishReason: finishReason(script) } : {}),
      },
    ],
    ...(last && script.usage !== undefined ? { usageMetadata: usage(script.usage) } : {}),
    modelVersion: script.model,
    responseId: `resp_${script.number}`,
  };
}

function thoughts({ reasoning }: Script): object[] {
  return reasoning === '' ? [] : [{ text: reasoning, thought: true }];
}

function texts(chunks: string[]): object[] {
  return chunks.filter((text) => text !== '').map((text) => ({ text }));
}

/** Gemini sends the arguments of a call as one object, whole, and mostly without an id. */
function calls({ toolCalls }: Script): object[] {
  return toolCalls.map((call) => ({ functionCall: { name: call.name, args: JSON.parse(call.arguments) } }));
}

/** Gemini has no reason of its own for calls: it stops. */
function finishReason({ finishReason: reason }: Script): string {
  return { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', 'content-filter': 'SAFETY' }[reason];
}

/** Gemini counts cached tokens within the prompt's, and thoughts beside the answer's. */
function usage({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  reasoningTokens,
}: NonNullable<Script['usage']>) {
  return {
    promptTokenCount: inputTokens,
    cachedContentTokenCount: cacheReadTokens,
    candidatesTokenCount: outputTokens - reasoningTokens,
    thoughtsTokenCount: reasoningTokens,
    totalTokenCount: inputTokens + outputTokens,
  };
}

function error(status: number, code?: string, message?: string): WireError {
  const [name, words] = kinds.get(status) ?? ['INVALID_ARGUMENT', 'The request is invalid.'];
  return { status, body: { error: { code: status, message: message ?? words, status: code ?? name } } };
}

const kinds = new Map<number, [status: string, words: string]>([
  [401, ['UNAUTHENTICATED', 'API key not valid.']],
  [403, ['PERMISSION_DENIED', 'The caller does not have permission.']],
  [404, ['NOT_FOUND', 'The model is not found for API version v1beta.']],
  [429, ['RESOURCE_EXHAUSTED', 'Resource has been exhausted.']],
  [500, ['INTERNAL', 'An internal error has occurred.']],
  [503, ['UNAVAILABLE', 'The model is overloaded.']],
]);

function event(data: unknown, content: boolean): Frame {
  return { text: `data: ${JSON.stringify(data)}\r\n\r\n`, content };
}
