import { createRoute, z } from '@hono/zod-openapi';
import { limitBody } from '../../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../../parts.ts';
import { LARGEST_SUBMISSION } from '../../runs/parse-submission.ts';
import { takes } from '../../schemas/body.ts';
import { beginChat, chatHeaders, runHeader } from '../begin-chat.ts';
import { openAiErrors } from '../errors/error-schema.ts';
import { answerStream } from '../stream/answer-stream.ts';
import { answerOf } from '../stream/open-chat.ts';
import { beginTalk } from '../stream/talk.ts';
import { continued } from './continued.ts';
import { keptBody } from './kept-body.ts';
import { ResponseBodySchema } from './response-body.ts';
import { responseEvents } from './response-events.ts';
import { wholeResponse } from './response-object.ts';

export const ResponseSchema = z.looseObject({ id: z.string(), object: z.string() }).openapi('ModelResponse', {
  description: "OpenAI's `response`. `model` is the one that answered.",
});

const route = createRoute({
  method: 'post',
  path: '/v1/responses',
  operationId: 'createResponse',
  tags: ['OpenAI'],
  summary: "Call a model through the gateway (OpenAI's Responses)",
  description:
    'A run of one step, as POST /v1/chat/completions is. With `stream: true` the answer is the documented sequence of events; a failure after it has begun is `response.failed`.',
  request: { headers: chatHeaders, body: takes(ResponseBodySchema) },
  responses: {
    200: {
      description: 'The answer.',
      headers: runHeader,
      content: {
        'application/json': { schema: ResponseSchema },
        'text/event-stream': { schema: z.string() },
      },
    },
    ...openAiErrors,
  },
  middleware: limitBody(LARGEST_SUBMISSION),
});

export function createResponse(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const body = c.req.valid('json');
    const { headers, request } = await continued(parts, c.get('principal'), body, c.req.valid('header'));
    const chat = await beginChat(c, parts, headers, {
      model: body.model,
      request,
      asked: keptBody(body),
    });
    const now = () => parts.clock.now();
    if (body.stream !== true) {
      return c.json(wholeResponse(body, chat.started, await answerOf(chat), now()), 200);
    }
    const talk = await beginTalk(chat, parts);
    return answerStream(c, parts.log, chat, responseEvents(talk, body, chat.started, now));
  });
}
