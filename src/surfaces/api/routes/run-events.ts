import { createRoute, z } from '@hono/zod-openapi';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { invalidRequest } from '../problems/invalid-request.ts';
import { readRun } from '../runs/read-run.ts';
import { runId } from '../schemas/fields.ts';
import { problems } from '../schemas/problem.ts';
import { toEventStream } from '../watch/event-stream.ts';
import { runEvents as eventsOf, type Position } from '../watch/run-events.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/events',
  operationId: 'streamRunEvents',
  tags: ['Runs'],
  summary: 'Follow a run (server-sent events)',
  description:
    '`entry`: one entry of the journal, with an id to resume from. `delta`: text of a model as it comes `{key, attempt, text}`, without an id. `end`: the finished run; then the stream closes. A run that went on as a new one names it in `continuedAs`: follow that one next. A comment comes every 15 seconds.',
  request: {
    params: z.object({ id: runId }),
    headers: z.object({
      'last-event-id': z
        .string()
        .optional()
        .openapi({ description: 'The id of the last entry that was received.', example: '3.0' }),
    }),
  },
  responses: {
    200: { description: 'The events.', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems,
  },
});

export function runEvents(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'runs:read');
    const { tenant } = principal;
    const position = lastSeen(c.req.valid('header')['last-event-id']);
    // Before the stream begins: afterwards nothing can be refused any more.
    const { id } = await readRun(parts.store, parts.keys, tenant, c.req.valid('param').id);
    const stream = toEventStream(
      (gone) => eventsOf(parts, { tenant, id }, position, gone),
      (error) =>
        parts.log.error({ requestId: c.get('requestId'), run: id, err: error }, 'An event stream failed.'),
    );
    return c.body(stream, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'X-Accel-Buffering': 'no',
    });
  });
}

function lastSeen(lastEventId: string | undefined): Position | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  const match = /^(\d{1,9})\.(\d{1,9})$/.exec(lastEventId);
  if (match === null) {
    throw invalidRequest([{ field: 'last-event-id', message: 'is not the id of an event of this stream' }]);
  }
  return { frame: Number(match[1]), index: Number(match[2]) };
}
