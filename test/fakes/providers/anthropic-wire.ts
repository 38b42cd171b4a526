import { anthropicBatchWire } from './anthropic-batch-wire.ts';
import { chatAt } from './chat-body.ts';
import { fragments, type Script, words } from './reply.ts';
import type { Frame, Wire, WireError } from './wire.ts';

/** Anthropic's Messages API: `POST /v1/messages`. */
export const anthropicWire: Wire = {
  read: chatAt('/v1/messages'),
  requestIdHeader: 'request-id',
  overloaded: 529,

  check: (headers, body) => {
    if (headers['x-api-key'] === undefined) return error(401, undefined, 'The header x-api-key is missing.');
    if (headers['anthropic-version'] === undefined) {
      return error(400, undefined, 'The header anthropic-version is missing.');
    }
    if (typeof body !== 'object' || body === null)
      return error(400, undefined, 'The body is no JSON object.');
    for (const field of ['model', 'max_tokens', 'messages']) {
      if (!(field in body)) return error(400, undefined, `${field}: Field required`);
    }
    return undefined;
  },

  whole: (script) => ({
    ...message(script),
    content: [
      ...(script.reasoning === ''
        ? []
        : [{ type: 'thinking', thinking: script.reasoning, signature: 'c2lnbmVk' }]),
      ...(script.chunks.length === 0 ? [] : [{ type: 'text', text: script.chunks.join('') }]),
      ...script.toolCalls.map((call) => ({ ...toolUse(call), input: JSON.parse(call.arguments) })),
    ],
    stop_reason: stopReason(script),
    usage: { ...inputUsage(script), ...outputUsage(script) },
  }),

  frames: (script) => {
    const blocks = [
      ...(script.reasoning === '' ? [] : [thinkingBlock(script.reasoning)]),
      ...(script.chunks.length === 0 ? [] : [textBlock(script.chunks)]),
      ...script.toolCalls.map(toolBlock),
    ];
    return [
      event(
        { type: 'message_start', message: { ...message(script), content: [], stop_reason: null } },
        false,
      ),
      event({ type: 'ping' }, false),
      ...blocks.flatMap(({ start, deltas }, index) => [
        event({ type: 'content_block_start', index, content_block: start }, false),
        ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta }, true)),
        event({ type: 'content_block_stop', index }, false),
      ]),
      event(
        {
          type: 'message_delta',
          delta: { stop_reason: stopReason(script), stop_sequence: null },
          usage: outputUsage(script),
        },
        false,
      ),
      event({ type: 'message_stop' }, false),
    ];
  },

  batches: anthropicBatchWire,
  error,
  errorFrame: () =>
    event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, false),
  notFound: (path) => error(404, undefined, `There is nothing at ${path}.`),
};

type Block = { start: object; deltas: object[] };

function thinkingBlock(reasoning: string): Block {
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...words(reasoning).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: 'c2lnbmVk' },
    ],
  };
}

function textBlock(chunks: string[]): Block {
  return { start: { type: 'text', text: '' }, deltas: chunks.map((text) => ({ type: 'text_delta', text })) };
}

function toolBlock(call: Script['toolCalls'][number]): Block {
  return {
    start: { ...toolUse(call), input: {} },
    // The first fragment is empty, as it is from the real one.
    deltas: ['', ...fragments(call.arguments)].map((part) => ({
      type: 'input_json_delta',
      partial_json: part,
    })),
  };
}

function toolUse(call: Script['toolCalls'][number]) {
  return { type: 'tool_use', id: call.id.replace(/^call_/, 'toolu_'), name: call.name };
}

function message(script: Script) {
  return {
    id: `msg_${script.number}`,
    type: 'message',
    role: 'assistant',
    model: script.model,
    stop_sequence: null,
    usage: { ...inputUsage(script), output_tokens: 1 },
  };
}

function stopReason({ finishReason }: Script): string {
  return { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', 'content-filter': 'refusal' }[
    finishReason
  ];
}

/** Anthropic counts cached tokens beside the input's, not within. */
function inputUsage({ usage }: Script) {
  const { inputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage ?? {};
  return {
    input_tokens: inputTokens - cacheReadTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    service_tier: 'standard',
  };
}

function outputUsage({ usage }: Script) {
  return { output_tokens: usage?.outputTokens ?? 0 };
}

function error(status: number, code?: string, words?: string): WireError {
  const [type, standard] = kinds.get(status) ?? ['invalid_request_error', 'The request is invalid.'];
  return {
    status,
    body: {
      type: 'error',
      error: { type: code ?? type, message: words ?? standard },
      request_id: 'req_fake',
    },
  };
}

const kinds = new Map<number, [type: string, words: string]>([
  [401, ['authentication_error', 'The key is invalid.']],
  [403, ['permission_error', 'The key may not use this.']],
  [404, ['not_found_error', 'This model does not exist.']],
  [413, ['request_too_large', 'The request is too large.']],
  [429, ['rate_limit_error', 'Too many requests a minute.']],
  [500, ['api_error', 'The server failed.']],
  [529, ['overloaded_error', 'Overloaded']],
]);

function event(data: { type: string } & Record<string, unknown>, content: boolean): Frame {
  return { text: `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`, content };
}
