import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { isUuid } from '../runs/is-uuid.ts';
import { unknownRun } from '../runs/read-run.ts';
import { answers } from '../schemas/body.ts';
import { EntrySchema } from '../schemas/entry.ts';
import { pageSize, runId } from '../schemas/fields.ts';
import { problems } from '../schemas/problem.ts';
import { openPage, readPage } from '../watch/journal-page.ts';

const LAST_FRAME = 2 ** 31 - 1;

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{id}/journal',
  operationId: 'readRunJournal',
  tags: ['Runs'],
  summary: "Read a run's journal",
  request: {
    params: z.object({ id: runId }),
    query: z.strictObject({
      from: z.coerce
        .number()
        .int()
        .min(0)
        .max(LAST_FRAME)
        .default(0)
        .openapi({ type: 'integer', description: 'The first frame.' }),
      limit: pageSize(1_000, 100).openapi({ description: 'Frames at most.' }),
    }),
  },
  responses: {
    200: answers(
      'Entries, oldest first.',
      z
        .object({
          entries: z.array(EntrySchema),
          nextFrom: z
            .int()
            .nullable()
            .openapi({ description: 'Hand it over as `from`; null when there is no more yet.' }),
        })
        .openapi('JournalPage'),
    ),
    ...problems,
  },
});

export function runJournal(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'runs:read');
    const { tenant } = principal;
    const { id } = c.req.valid('param');
    const { from, limit } = c.req.valid('query');
    if (!isUuid(id)) throw unknownRun(id);
    const page = await inTenant(parts.store, tenant, (client) => readPage(client, id, from, limit + 1));
    if (page === undefined) throw unknownRun(id);
    const frames = page.frames.slice(0, limit);
    const nextFrom = page.frames.length > limit ? from + limit : null;
    return c.json(
      { entries: await openPage(parts.keys, { tenant, id }, { ...page, frames }), nextFrom },
      200,
    );
  });
}
