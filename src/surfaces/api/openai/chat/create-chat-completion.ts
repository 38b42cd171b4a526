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
import { ChatBodySchema } from './chat-body.ts';
import { chatRequest } from './chat-request.ts';
import { chunks } from './chunks.ts';
import { completion } from './completion.ts';

const CompletionSchema = z.looseObject({ id: z.string(), object: z.string() }).openapi('ChatCompletion', {
  description: "OpenAI's `chat.completion`. `model` is the one that answered.",
});

const route = createRoute({
  method: 'post',
  path: '/v1/chat/completions',
  operationId: 'createChatCompletion',
  tags: ['OpenAI'],
  summary: "Call a model through the gateway (OpenAI's Chat Completions)",
  description:
    'A run of one step: budgets, limits, guards and the journal hold as for any other. With `stream: true` the answer is a stream of `chat.completion.chunk` events; a failure after it has begun is an event with an `error`, without `[DONE]`.',
  request: { headers: chatHeaders, body: takes(ChatBodySchema) },
  responses: {
    200: {
      description: 'The answer.',
      headers: runHeader,
      content: {
        'application/json': { schema: CompletionSchema },
        'text/event-stream': { schema: z.string() },
      },
    },
    ...openAiErrors,
  },
  middleware: limitBody(LARGEST_SUBMISSION),
});

export function createChatCompletion(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const body = c.req.valid('json');
    const asked = { model: body.model, request: chatRequest(body) };
    const chat = await beginChat(c, parts, c.req.valid('header'), asked);
    if (body.stream !== true) return c.json(completion(chat.started, await answerOf(chat)), 200);

    const talk = await beginTalk(chat, parts);
    const includeUsage = body.stream_options?.include_usage === true;
    return answerStream(c, parts.log, chat, chunks(talk, chat.started, { model: body.model, includeUsage }));
  });
}
