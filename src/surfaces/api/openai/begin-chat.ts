import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ModelRequest } from '../../../contract/model.ts';
import { LANES } from '../../../contract/run.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiEnv, RouteParts } from '../parts.ts';
import { shortText } from '../schemas/fields.ts';
import { type OpenedChat, openChat } from './stream/open-chat.ts';

/** What the body has no field for. */
export const chatHeaders = z.object({
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
  'X-Bulkhead-Run': {
    schema: { type: 'string' as const },
    description: 'The run: GET /v1/runs/{id}/journal shows what it did.',
  },
};

/**
 * Starts the run of a chat and names it in the answer's headers.
 *
 * @param model as the client wrote it
 * @throws BulkheadError when the client may not, or what it asks for is not there
 */
export async function beginChat(
  c: Context<ApiEnv>,
  { chat }: RouteParts,
  headers: ChatHeaders,
  { model, request }: { model: string | null | undefined; request: ModelRequest },
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
    },
    c.req.raw.signal,
  );
  c.header('X-Bulkhead-Run', opened.started.run);
  return opened;
}

function named<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { [Key in Name]?: Value } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}
