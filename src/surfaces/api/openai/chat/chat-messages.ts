import { z } from '@hono/zod-openapi';
import { shortText } from '../../schemas/fields.ts';
import { accepted, callId, contentOf, functionName, refused, unknownKind } from '../fields.ts';

const type = <Name extends string>(name: Name) => z.literal(name);
const textPart = z.strictObject({ type: type('text'), text: z.string(), prompt_cache_breakpoint: accepted });
const refusalPart = z.strictObject({ type: type('refusal'), refusal: z.string() });
const imagePart = z.strictObject({
  type: type('image_url'),
  image_url: z.strictObject({
    url: z.string(),
    detail: z.enum(['auto', 'low', 'high', 'original']).nullish(),
  }),
  prompt_cache_breakpoint: accepted,
});
const documentPart = z.strictObject({
  type: type('file'),
  file: z.strictObject({
    file_data: z.string(),
    filename: shortText.nullish(),
    file_id: refused('cannot be honoured: no files are kept here; send file_data'),
  }),
  prompt_cache_breakpoint: accepted,
});

const texts = contentOf(
  z.discriminatedUnion('type', [textPart], { error: unknownKind('must be text') }),
  'text',
);
const userParts = contentOf(
  z.discriminatedUnion('type', [textPart, imagePart, documentPart], {
    error: unknownKind('must be text, image_url or file; audio cannot be honoured'),
  }),
  'text',
);
const assistantParts = contentOf(
  z.discriminatedUnion('type', [textPart, refusalPart], { error: unknownKind('must be text or refusal') }),
  'text',
);

const toolCall = z.strictObject({
  id: callId,
  type: z.literal('function', { error: 'must be function; custom tools cannot be honoured' }),
  function: z.strictObject({ name: functionName, arguments: z.string(), parsed_arguments: accepted }),
});

const name = shortText.nullish();

const system = z.strictObject({ role: z.literal('system'), content: texts, name });
const developer = z.strictObject({ role: z.literal('developer'), content: texts, name });
const user = z.strictObject({ role: z.literal('user'), content: userParts, name });
const assistant = z.strictObject({
  role: z.literal('assistant'),
  content: assistantParts.nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
  name,
  audio: refused('cannot be honoured: answers are text'),
  function_call: refused('cannot be honoured: send tool_calls'),
  // What the SDKs leave in the message that they hand back.
  annotations: accepted,
  parsed: accepted,
});
const tool = z.strictObject({ role: z.literal('tool'), content: texts, tool_call_id: callId, name });

/** One message of a chat, as OpenAI documents it. */
export const chatMessage = z.discriminatedUnion('role', [system, developer, user, assistant, tool], {
  error: unknownKind('must be system, developer, user, assistant or tool'),
});

export type ChatMessage = z.infer<typeof chatMessage>;
