import { createRoute, z } from '@hono/zod-openapi';
import type { Json } from '../../../contract/json.ts';
import { appendExclusive } from '../../../foundation/journal/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { decideReview as decide } from '../../../pillars/review/index.ts';
import { once } from '../idempotency/once.ts';
import { requestHash } from '../idempotency/request-hash.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { readReview } from '../reviews/read-review.ts';
import { dataKeyOn } from '../runs/data-key-on.ts';
import { answers, takes } from '../schemas/body.ts';
import { idempotencyHeader } from '../schemas/headers.ts';
import { problems } from '../schemas/problem.ts';
import { ReviewDecisionSchema, ReviewSchema } from '../schemas/review.ts';

const LARGEST_BODY = 1024 * 1024;

const route = createRoute({
  method: 'post',
  path: '/v1/reviews/{id}/decision',
  operationId: 'decideReview',
  tags: ['Reviews'],
  summary: 'Decide a review',
  description: 'A decision holds: the second one is refused. The run wakes and goes on with it.',
  request: {
    params: z.object({ id: z.string() }),
    headers: idempotencyHeader,
    body: takes(ReviewDecisionSchema),
  },
  responses: { 200: answers('The review, decided.', ReviewSchema), ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function decideReview(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'reviews:decide');
    const { tenant } = principal;
    const { id } = c.req.valid('param');
    const request = c.req.valid('json');
    const stream = await parts.tenantStream(tenant);
    const key = c.req.valid('header')['idempotency-key'];
    const hash = requestHash({ method: 'POST', path: c.req.path, body: request });
    let decided: string | undefined;
    const answer = await once(parts, parts.alone, { tenant, key, hash }, async (client) => {
      const { run } = await decide({
        transaction: client,
        tenant,
        id,
        decision: request.decision,
        principal: principal.id,
        dataKey: dataKeyOn(client, parts.keys),
        ...(request.note === undefined ? {} : { note: request.note }),
        ...(request.output === undefined ? {} : { output: request.output as Json }),
      });
      decided = run;
      const meta = {
        kind: 'review.decision-filed' as const,
        review: id,
        run,
        decision: request.decision,
        principal: principal.id,
      };
      await appendExclusive(client, stream, [{ meta }], parts.clock.now());
      return { status: 200 as const, body: await readReview(client, parts.keys, tenant, id), run };
    });
    parts.doorbell.ring(decided);
    if (answer.replayed) c.header('Idempotency-Replayed', 'true');
    return c.json(answer.body, answer.status);
  });
}
