import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Json } from '../../../contract/json.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import { LANES } from '../../../contract/run.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ChatKey } from '../chat/chat-key.ts';
import { requestHash } from '../idempotency/request-hash.ts';
import type { ApiEnv, RouteParts } from '../parts.ts';
import { invalidRequest } from '../problems/invalid-request.ts';
import { shortText } from '../schemas/fields.ts';
import { idempotencyHeader } from '../schemas/headers.ts';
import { DEEPEST, nestsWithin } from '../schemas/nesting.ts';
import { type OpenedChat, openChat } from './stream/open-chat.ts';

/** What the body has no field for. */
export const chatHeaders = idempotencyHeader.extend({
  'x-bulkhead-agent': shortText.optional().openapi({
    description: 'The deployed agent whose models, limits and guards hold; `model` may then be `auto`.',
  }),
  'x-bulkhead-session': shortText.optional().openapi({ description: 'Runs of one conversation share it.' }),
  'x-bulkhead-subject': shortText
    .optional()
    .openapi({ description: 'Whom the run is about, as your own systems name them.' }),
  'x-bulkhead-lane': z.enum(LANES).optional().openapi({ description: 'Default normal.' }),
});

export type ChatHeaders = z.infer<typeof chatHeaders>;

/** On every answer to a chat. */
export const runHeader = {
  'Idempotency-Replayed': {
    schema: { type: 'string' as const },
    description: '`true`: an earlier request with this Idempotency-Key made the run.',
  },
  'X-Bulkhead-Run': {
    schema: { type: 'string' as const },
    description: 'The run: GET /v1/runs/{id}/journal shows what it did.',
  },
};

/** What a client asks for, as its body says it. */
export type Asked = {
  /** As the client wrote it. */
  model: string | null | undefined;
  request: ModelRequest;
  /** What it is told again when it asks for the answer later. */
  asked?: Json;
};

/**
 * Starts the run of a chat, or joins the one that its Idempotency-Key stands for, and names it in the answer's headers.
 *
 * @throws BulkheadError when the client may not, or what it asks for is not there
 */
export async function beginChat(
  c: Context<ApiEnv>,
  { chat }: RouteParts,
  headers: ChatHeaders,
  { model, request, asked }: Asked,
): Promise<OpenedChat> {
  const principal = c.get('principal');
  authorise(principal, 'runs:create');
  const opened = await openChat(
    chat,
    principal,
    {
      request,
      ...named('agent', headers['x-bulkhead-agent']),
      ...named('model', model),
      ...named('session', headers['x-bulkhead-session']),
      ...named('subject', headers['x-bulkhead-subject']),
      ...named('lane', headers['x-bulkhead-lane']),
      ...named('asked', asked),
      ...named('key', await chatKey(c, headers)),
    },
    c.req.raw.signal,
  );
  c.header('X-Bulkhead-Run', opened.started.run);
  if (opened.started.isReplay) c.header('Idempotency-Replayed', 'true');
  return opened;
}

/** An answer is for who asked: the same request of another principal is another request. */
async function chatKey(c: Context<ApiEnv>, headers: ChatHeaders): Promise<ChatKey | undefined> {
  const { 'idempotency-key': key, ...others } = headers;
  if (key === undefined) return undefined;
  const body: unknown = await c.req.json();
  // Fields that change nothing may hold anything, and what nests deep would end the serialiser's stack.
  if (!nestsWithin(body, DEEPEST)) {
    throw invalidRequest([{ field: 'body', message: `nests deeper than ${DEEPEST} levels` }]);
  }
  const asked = { body, headers: others, principal: c.get('principal').id };
  return { key, hash: requestHash({ method: 'POST', path: c.req.path, body: asked }) };
}

function named<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { [Key in Name]?: Value } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}
