import { createRoute, z } from '@hono/zod-openapi';
import type { ApiApp, RouteParts } from '../../parts.ts';
import { answers } from '../../schemas/body.ts';
import { openAiErrors } from '../errors/error-schema.ts';
import { refused } from '../fields.ts';
import { ResponseSchema } from './create-response.ts';
import { included } from './response-body.ts';
import { readResponse } from './response-of-run.ts';

const inclusion = z
  .union([included, z.array(included)])
  .optional()
  .openapi({ description: 'What is wanted beside what the request asked for.' });

const route = createRoute({
  method: 'get',
  path: '/v1/responses/{response_id}',
  operationId: 'getResponse',
  tags: ['OpenAI'],
  summary: "Read a response again (OpenAI's Responses)",
  description:
    'As it was answered, out of its run’s journal, for as long as that is kept: `completed`, `incomplete`, `failed`, `cancelled`, or `in_progress` while its run is at work.',
  request: {
    params: z.object({ response_id: z.string() }),
    query: z.object({
      include: inclusion,
      'include[]': inclusion,
      stream: refused('cannot be honoured: read it when it has ended', 'false'),
      starting_after: refused('cannot be honoured: no events are kept'),
    }),
  },
  responses: { 200: answers('The response.', ResponseSchema), ...openAiErrors },
});

export function getResponse(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid('query');
    const include = [query.include, query['include[]']].flatMap((names) => names ?? []);
    const { response_id: id } = c.req.valid('param');
    return c.json(await readResponse(parts, c.get('principal'), id, include), 200);
  });
}
