import { z } from '@hono/zod-openapi';
import { shortText } from '../../schemas/fields.ts';
import { accepted, callId, contentOf, functionName, refused, unknownKind } from '../fields.ts';

const inputText = z.strictObject({
  type: z.literal('input_text'),
  text: z.string(),
  prompt_cache_breakpoint: accepted,
});
const outputText = z.strictObject({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: accepted,
  logprobs: accepted,
  parsed: accepted,
});
const refusal = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });
const noFiles = 'cannot be honoured: no files are kept here; send the data';
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.enum(['auto', 'low', 'high', 'original']).nullish(),
  file_id: refused(noFiles),
  prompt_cache_breakpoint: accepted,
});
const inputFile = z.strictObject({
  type: z.literal('input_file'),
  file_data: z.string().nullish(),
  file_url: z.string().nullish(),
  filename: shortText.nullish(),
  detail: refused('cannot be honoured', 'auto'),
  file_id: refused(noFiles),
  prompt_cache_breakpoint: accepted,
});

const part = z.discriminatedUnion('type', [inputText, outputText, refusal, inputImage, inputFile], {
  error: unknownKind('must be input_text, input_image, input_file, output_text or refusal'),
});
const outputPart = z.discriminatedUnion('type', [inputText], { error: unknownKind('must be input_text') });

/** What stands in an item that came out of a response, and means nothing on its way back. */
const leftover = { id: accepted, status: accepted };

const message = z.strictObject({
  type: z.literal('message'),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: contentOf(part, 'input_text'),
  phase: accepted,
  ...leftover,
});
const functionCall = z.strictObject({
  type: z.literal('function_call'),
  call_id: callId,
  name: functionName,
  arguments: z.string(),
  namespace: refused('cannot be honoured'),
  caller: accepted,
  async: accepted,
  parsed_arguments: accepted,
  ...leftover,
});
const functionCallOutput = z.strictObject({
  type: z.literal('function_call_output'),
  call_id: callId,
  output: contentOf(outputPart, 'input_text'),
  name: accepted,
  namespace: refused('cannot be honoured'),
  caller: accepted,
  ...leftover,
});
const reasoning = z.strictObject({
  type: z.literal('reasoning'),
  encrypted_content: z.string().nullish(),
  summary: accepted,
  content: accepted,
  ...leftover,
});

const item = z.discriminatedUnion('type', [message, functionCall, functionCallOutput, reasoning], {
  error: unknownKind('must be message, function_call, function_call_output or reasoning'),
});

/** A text, or items; a message may leave out that it is one. */
export const responseInput = z
  .preprocess(
    (value) => (typeof value === 'string' ? [{ role: 'user', content: value }] : value),
    z.array(z.preprocess(typed, item)).min(1),
  )
  .openapi({ type: ['string', 'array'], description: 'A text, or a list of items.' });

export type InputItem = z.infer<typeof item>;

function typed(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'role' in value && !('type' in value)
    ? { ...value, type: 'message' }
    : value;
}
