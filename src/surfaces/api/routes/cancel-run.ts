import { createRoute, z } from '@hono/zod-openapi';
import { appendExclusive } from '../../../foundation/journal/index.ts';
import { requestCancel } from '../../../foundation/queue/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { once } from '../idempotency/once.ts';
import { requestHash } from '../idempotency/request-hash.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { readRun } from '../runs/read-run.ts';
import { answers } from '../schemas/body.ts';
import { runId } from '../schemas/fields.ts';
import { idempotencyHeader } from '../schemas/headers.ts';
import { problems } from '../schemas/problem.ts';
import { RunSchema } from '../schemas/run.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/runs/{id}/cancel',
  operationId: 'cancelRun',
  tags: ['Runs'],
  summary: 'Cancel a run',
  description:
    'Files the request and answers at once. The run ends when its worker has stopped it and undone what its tools declare how to undo.',
  request: { params: z.object({ id: runId }), headers: idempotencyHeader },
  responses: { 202: answers('The run, as it stood when the request was filed.', RunSchema), ...problems },
});

export function cancelRun(app: ApiApp, parts: RouteParts): void {
  const { store, keys, clock } = parts;
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'runs:cancel');
    const { tenant } = principal;
    const key = c.req.valid('header')['idempotency-key'];
    const run = await readRun(store, keys, tenant, c.req.valid('param').id);
    const stream = await parts.tenantStream(tenant);
    const hash = requestHash({ method: 'POST', path: c.req.path, body: null });
    let asked = run.id;
    const answer = await once(parts, parts.alone, { tenant, key, hash }, async (client) => {
      asked = await requestCancel(client, { tenant, run: run.id, principal: principal.id });
      const meta = { kind: 'run.cancel-filed' as const, run: asked, principal: principal.id };
      await appendExclusive(client, stream, [{ meta }], clock.now());
      return { status: 202 as const, body: run, run: run.id };
    });
    parts.doorbell.ring(asked);
    if (answer.replayed) c.header('Idempotency-Replayed', 'true');
    return c.json(answer.body, answer.status);
  });
}
