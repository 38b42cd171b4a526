import { z } from '@hono/zod-openapi';
import { shortText } from '../../schemas/fields.ts';
import { accepted, effort, functionName, refused, unknownKind } from '../fields.ts';
import { givenSchema, samplingFields, schemaFormat } from '../sampling.ts';
import { responseInput } from './input-items.ts';

const functionTool = z.strictObject({
  type: z.literal('function', { error: 'must be function; no other tools can be honoured' }),
  name: functionName,
  description: z.string().nullish(),
  parameters: givenSchema.nullish(),
  strict: z.boolean().nullish(),
  allowed_callers: refused('cannot be honoured', ['direct']),
  async: refused('cannot be honoured', false),
  defer_loading: refused('cannot be honoured', false),
  output_schema: refused('cannot be honoured'),
});

const namedFunction = z.strictObject({ type: z.literal('function'), name: functionName });
const toolChoice = z.union(
  [
    z.enum(['none', 'auto', 'required']),
    z.discriminatedUnion('type', [
      namedFunction,
      z.strictObject({
        type: z.literal('allowed_tools'),
        mode: z.enum(['auto', 'required']),
        tools: z.array(namedFunction),
      }),
    ]),
  ],
  'must be none, auto, required, a function of the tools, or allowed_tools',
);

const format = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('text') }),
    z.strictObject({ type: z.literal('json_object') }),
    z.strictObject({ type: z.literal('json_schema'), ...schemaFormat }),
  ],
  { error: unknownKind('must be text, json_object or json_schema') },
);

const summary = z.enum(['auto', 'concise', 'detailed']).nullish();

/** What can be had beside the answer. The others speak of tools that are refused, and change nothing. */
export const included = z.enum([
  'reasoning.encrypted_content',
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
]);

/** `POST /v1/responses`: what is honoured, what is refused by name, and what changes nothing here. */
export const ResponseBodySchema = z
  .strictObject({
    model: shortText.nullish().openapi({
      description: "'provider/model', 'local', a deployed agent's name, 'auto', or a name of OpenAI's own.",
    }),
    input: responseInput,
    previous_response_id: z.string().max(200).nullish().openapi({
      description:
        'What the input goes on from: a completed response, read out of its journal. Its session and subject go on, too; its instructions do not.',
    }),
    instructions: z.string().nullish(),
    tools: z.array(functionTool).nullish(),
    tool_choice: toolChoice.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    text: z
      .strictObject({
        format: format.nullish(),
        verbosity: refused('cannot be honoured: say it in the instructions', 'medium'),
      })
      .nullish(),
    ...samplingFields,
    max_output_tokens: z.int().positive().nullish(),
    truncation: z.enum(['auto', 'disabled']).nullish().openapi({
      description:
        '`auto`: what is oldest is left out of an input that is longer than the window. Default `disabled`: it is refused.',
    }),
    reasoning: z
      .strictObject({
        effort,
        summary,
        generate_summary: summary,
        context: refused('cannot be honoured', 'auto'),
        mode: refused('cannot be honoured', 'standard'),
      })
      .nullish(),
    include: z.array(included).nullish(),
    stream: z.boolean().nullish(),
    stream_options: z.strictObject({ include_obfuscation: accepted }).nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
    user: z.string().nullish(),

    conversation: refused('cannot be honoured: send the whole conversation, or previous_response_id'),
    prompt: refused('cannot be honoured: no templates are kept here'),
    background: refused('cannot be honoured: POST /v1/runs starts what goes on by itself', false),
    top_logprobs: refused('cannot be honoured: no log probabilities are kept', 0),
    context_management: refused('cannot be honoured', []),
    moderation: refused('cannot be honoured'),
    image: refused('cannot be honoured: answers are text'),
    access_programs: refused('cannot be honoured'),

    max_tool_calls: accepted,
    prompt_cache_key: accepted,
    prompt_cache_options: accepted,
    prompt_cache_retention: accepted,
    safety_identifier: accepted,
    service_tier: accepted,
    store: accepted,
  })
  .openapi('ResponseRequest', {
    description:
      'As OpenAI documents it. What cannot be honoured is refused by name; max_tool_calls, prompt_cache_*, safety_identifier, service_tier and store are taken and change nothing; metadata and user come back in the answer and are kept with it in its run’s journal, sealed, for nobody else.',
  });

export type ResponseBody = z.infer<typeof ResponseBodySchema>;
