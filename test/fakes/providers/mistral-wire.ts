import { chatAt, isRecord } from './chat-body.ts';
import type { Script } from './reply.ts';
import type { Frame, Wire, WireError } from './wire.ts';

/** Mistral's Chat Completions API: `POST /v1/chat/completions`. */
export const mistralWire: Wire = {
  read: chatAt('/v1/chat/completions'),
  requestIdHeader: 'mistral-correlation-id',
  overloaded: 503,

  check: (headers, body) => {
    if (!/^Bearer \S+$/.test(headers.authorization ?? '')) return error(401);
    if (!isRecord(body) || !('model' in body)) return error(422, undefined, 'Field required: model');
    if (!Array.isArray(body.messages) || body.messages.length === 0) {
      return error(422, undefined, 'Field required: messages');
    }
    return undefined;
  },

  whole: (script) => ({
    ...frame(script, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: script.chunks.join(''),
          tool_calls: script.toolCalls.length === 0 ? null : script.toolCalls.map(toolCall),
        },
        finish_reason: finishReason(script),
      },
    ],
    ...(script.usage === undefined ? {} : { usage: usage(script.usage) }),
  }),

  frames: (script) => {
    const base = frame(script, 'chat.completion.chunk');
    const chunk = (delta: object, content = true): Frame =>
      event({ ...base, choices: [{ index: 0, delta, finish_reason: null }] }, content);
    return [
      chunk({ role: 'assistant', content: '' }, false),
      ...script.chunks.map((content) => chunk({ content })),
      // Mistral sends each call whole.
      ...script.toolCalls.map((call, index) =>
        chunk({ content: '', tool_calls: [{ ...toolCall(call), index }] }),
      ),
      event(
        {
          ...base,
          choices: [{ index: 0, delta: { content: '' }, finish_reason: finishReason(script) }],
          ...(script.usage === undefined ? {} : { usage: usage(script.usage) }),
        },
        false,
      ),
      { text: 'data: [DONE]\n\n', content: false },
    ];
  },

  error,
  errorFrame: () => event(error(503).body, false),
  notFound: (path) => error(404, undefined, `There is nothing at ${path}.`),
};

function frame(script: Script, object: string) {
  return { id: `cmpl-${script.number}`, object, created: 1_750_000_000, model: script.model };
}

function toolCall(call: Script['toolCalls'][number]) {
  return { id: call.id, function: { name: call.name, arguments: call.arguments } };
}

function finishReason({ finishReason: reason }: Script): string {
  return reason.replace('tool-calls', 'tool_calls').replace('content-filter', 'error');
}

function usage({ inputTokens, outputTokens, cacheReadTokens }: NonNullable<Script['usage']>) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    num_cached_tokens: cacheReadTokens,
  };
}

function error(status: number, type?: string, message?: string): WireError {
  const [kind, code, words] = kinds.get(status) ?? ['invalid_request_error', null, 'The request is invalid.'];
  return {
    status,
    body: { object: 'error', message: message ?? words, type: type ?? kind, param: null, code },
  };
}

const kinds = new Map<number, [type: string, code: string | null, words: string]>([
  [401, ['unauthorized', null, 'Unauthorized']],
  [404, ['not_found', null, 'There is no such route.']],
  [422, ['invalid_request_message_error', '3051', 'The request is invalid.']],
  [429, ['rate_limited', '1300', 'Rate limit exceeded']],
  [500, ['internal_server_error', '3700', 'The server failed.']],
  [503, ['service_unavailable', '3505', 'The service is overloaded.']],
]);

function event(data: unknown, content: boolean): Frame {
  return { text: `data: ${JSON.stringify(data)}\n\n`, content };
}
