import { chatAt } from './chat-body.ts';
import { openAiBatchWire } from './open-ai-batch-wire.ts';
import { fragments, type Script } from './reply.ts';
import type { Frame, Wire, WireError } from './wire.ts';

/** OpenAI's Chat Completions API: `POST /v1/chat/completions`. */
export const openAiWire: Wire = {
  read: chatAt('/v1/chat/completions'),
  requestIdHeader: 'x-request-id',
  overloaded: 503,

  check: (headers, body) => {
    if (!/^Bearer \S+$/.test(headers.authorization ?? '')) return error(401, 'invalid_api_key');
    if (typeof body !== 'object' || body === null)
      return error(400, undefined, 'The body is no JSON object.');
    if (!('model' in body)) return error(400, undefined, 'The parameter model is missing.');
    if (!('messages' in body) || !Array.isArray(body.messages) || body.messages.length === 0) {
      return error(400, undefined, 'The parameter messages is missing.');
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
          content: script.chunks.length > 0 ? script.chunks.join('') : null,
          refusal: null,
          annotations: [],
          ...(script.toolCalls.length === 0 ? {} : { tool_calls: script.toolCalls.map(toolCall) }),
        },
        logprobs: null,
        finish_reason: finishReason(script),
      },
    ],
    ...(script.usage === undefined ? {} : { usage: usage(script.usage) }),
  }),

  frames: (script, body) => {
    const options = body.stream_options;
    const counts = typeof options === 'object' && options !== null && 'include_usage' in options;
    const base = { ...frame(script, 'chat.completion.chunk'), ...(counts ? { usage: null } : {}) };
    const chunk = (delta: object, content = true, finish: string | null = null): Frame =>
      event({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] }, content);
    const opening = script.chunks.length > 0 ? '' : null;
    return [
      chunk({ role: 'assistant', content: opening, refusal: null }, false),
      ...script.chunks.map((content) => chunk({ content })),
      ...script.toolCalls.flatMap((call, index) => [
        chunk({ tool_calls: [{ index, ...toolCall({ ...call, arguments: '' }) }] }),
        ...fragments(call.arguments).map((part) =>
          chunk({ tool_calls: [{ index, function: { arguments: part } }] }),
        ),
      ]),
      chunk({}, false, finishReason(script)),
      ...(counts && script.usage !== undefined
        ? [event({ ...base, choices: [], usage: usage(script.usage) }, false)]
        : []),
      { text: 'data: [DONE]\n\n', content: false },
    ];
  },

  batches: openAiBatchWire,
  embeddings: (count) => ({
    object: 'list',
    data: Array.from({ length: count }, (_, index) => ({ object: 'embedding', index, embedding: [1, 0] })),
    usage: { prompt_tokens: 7 * count, total_tokens: 7 * count },
  }),
  error,
  errorFrame: () => event(error(500).body, false),
  notFound: (path) => error(404, undefined, `There is nothing at ${path}.`),
  models: (names) => ({
    object: 'list',
    data: names.map((id) => ({ id, object: 'model', created: 1_750_000_000, owned_by: 'fake' })),
  }),
};

function frame(script: Script, object: string) {
  return {
    id: `chatcmpl-${script.number}`,
    object,
    created: 1_750_000_000,
    model: script.model,
    service_tier: 'default',
    system_fingerprint: 'fp_fake',
  };
}

function toolCall(call: Script['toolCalls'][number]) {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function finishReason({ finishReason: reason }: Script): string {
  return reason.replace('-', '_');
}

/** OpenAI counts cached tokens within the prompt's, and reasoning within the completion's. */
function usage(counts: NonNullable<Script['usage']>) {
  return {
    prompt_tokens: counts.inputTokens,
    completion_tokens: counts.outputTokens,
    total_tokens: counts.inputTokens + counts.outputTokens,
    prompt_tokens_details: { cached_tokens: counts.cacheReadTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: counts.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function error(status: number, code?: string, message?: string): WireError {
  const [type, standardCode, words] = kinds.get(status) ?? [
    'invalid_request_error',
    null,
    'The request is invalid.',
  ];
  return {
    status,
    body: { error: { message: message ?? words, type, param: null, code: code ?? standardCode } },
  };
}

const kinds = new Map<number, [type: string, code: string | null, words: string]>([
  [401, ['invalid_request_error', 'invalid_api_key', 'The API key is wrong.']],
  [404, ['invalid_request_error', 'model_not_found', 'This model does not exist.']],
  [429, ['requests', 'rate_limit_exceeded', 'Too many requests a minute.']],
  [500, ['server_error', null, 'The server failed.']],
  [503, ['server_error', null, 'The engine is overloaded.']],
]);

function event(data: unknown, content: boolean): Frame {
  return { text: `data: ${JSON.stringify(data)}\n\n`, content };
}
