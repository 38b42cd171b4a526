import { z } from '@hono/zod-openapi';
import { shortText } from '../../schemas/fields.ts';
import { accepted, effort, functionName, refused, unknownKind } from '../fields.ts';
import { givenSchema, samplingFields, schemaFormat } from '../sampling.ts';
import { chatMessage } from './chat-messages.ts';

const functionTool = z.strictObject({
  type: z.literal('function', { error: 'must be function; no other tools can be honoured' }),
  function: z.strictObject({
    name: functionName,
    description: z.string().nullish(),
    parameters: givenSchema.nullish(),
    strict: z.boolean().nullish(),
  }),
});

const namedFunction = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({ name: functionName }),
});
const allowedTools = z.strictObject({
  type: z.literal('allowed_tools'),
  allowed_tools: z.strictObject({ mode: z.enum(['auto', 'required']), tools: z.array(namedFunction) }),
});
const toolChoice = z.union(
  [z.enum(['none', 'auto', 'required']), z.discriminatedUnion('type', [namedFunction, allowedTools])],
  'must be none, auto, required, a function of the tools, or allowed_tools',
);

const format = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('text') }),
    z.strictObject({ type: z.literal('json_object') }),
    z.strictObject({ type: z.literal('json_schema'), json_schema: z.strictObject(schemaFormat) }),
  ],
  { error: unknownKind('must be text, json_object or json_schema') },
);

const penalty = z.number().min(-2).max(2).nullish();
const tokens = z.int().positive().nullish();

/** `POST /v1/chat/completions`: what is honoured, what is refused by name, and what changes nothing here. */
export const ChatBodySchema = z
  .strictObject({
    model: shortText.openapi({
      description: "'provider/model', 'local', a deployed agent's name, 'auto', or a name of OpenAI's own.",
    }),
    messages: z.array(chatMessage).min(1),
    tools: z.array(functionTool).nullish(),
    tool_choice: toolChoice.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    response_format: format.nullish(),
    ...samplingFields,
    stop: z.union([z.string(), z.array(z.string()).max(4)], 'must be a text, or at most 4 of them').nullish(),
    seed: z.int().nullish(),
    frequency_penalty: penalty,
    presence_penalty: penalty,
    max_tokens: tokens,
    max_completion_tokens: tokens,
    reasoning_effort: effort,
    stream: z.boolean().nullish(),
    stream_options: z
      .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: accepted })
      .nullish(),

    n: refused('cannot be honoured: one choice is made', 1),
    logprobs: refused('cannot be honoured: no log probabilities are kept', false),
    top_logprobs: refused('cannot be honoured: no log probabilities are kept', 0),
    logit_bias: refused('cannot be honoured', {}),
    modalities: refused('cannot be honoured: answers are text', ['text'], []),
    audio: refused('cannot be honoured: answers are text'),
    web_search_options: refused('cannot be honoured: offer a function that searches'),
    moderation: refused('cannot be honoured'),
    verbosity: refused('cannot be honoured: say it in the messages', 'medium'),
    functions: refused('cannot be honoured: send tools', []),
    function_call: refused('cannot be honoured: send tool_choice'),

    metadata: accepted,
    prediction: accepted,
    prompt_cache_key: accepted,
    prompt_cache_options: accepted,
    prompt_cache_retention: accepted,
    safety_identifier: accepted,
    service_tier: accepted,
    store: accepted,
    user: accepted,
  })
  .refine(({ stream, stream_options: options }) => stream === true || !options, {
    path: ['stream_options'],
    message: 'is only for `stream: true`',
  })
  .openapi('ChatCompletionRequest', {
    description:
      'As OpenAI documents it. What cannot be honoured is refused by name; metadata, prediction, prompt_cache_*, safety_identifier, service_tier, store and user are taken and change nothing: whom a run is about says X-Bulkhead-Subject.',
  });

export type ChatBody = z.infer<typeof ChatBodySchema>;
