import { createRoute, z } from '@hono/zod-openapi';
import { authorise } from '../../../pillars/identity/index.ts';
import { once } from '../idempotency/once.ts';
import { requestHash } from '../idempotency/request-hash.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { invalidRequest } from '../problems/invalid-request.ts';
import { LARGEST_SUBMISSION } from '../runs/parse-submission.ts';
import { readRun } from '../runs/read-run.ts';
import { submitRun } from '../runs/submit-run.ts';
import { answers, takes } from '../schemas/body.ts';
import { idempotencyHeader } from '../schemas/headers.ts';
import { problems } from '../schemas/problem.ts';
import { RunSchema } from '../schemas/run.ts';
import { RunSubmissionSchema } from '../schemas/run-submission.ts';
import { waitForRun } from '../watch/wait-for-run.ts';

const LONGEST_WAIT = 60;

const route = createRoute({
  method: 'post',
  path: '/v1/runs',
  operationId: 'createRun',
  tags: ['Runs'],
  summary: 'Start a run',
  description:
    'The run is durable when this answers. With `Prefer: wait=N` the answer waits up to N seconds for the run to end or to need a person; of a run that goes on as a new one it shows the last of the chain.',
  request: {
    headers: idempotencyHeader.extend({
      prefer: z
        .string()
        .optional()
        .openapi({ description: '`wait=N`, N up to 60 seconds.', example: 'wait=30' }),
    }),
    body: takes(RunSubmissionSchema),
  },
  responses: {
    200: answers('The run ended or waits for a person (only with `Prefer: wait`).', RunSchema),
    202: answers('The run is queued, or still at work when the wait was over.', RunSchema),
    ...problems,
  },
  middleware: limitBody(LARGEST_SUBMISSION),
});

export function createRun(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'runs:create');
    const headers = c.req.valid('header');
    const submission = c.req.valid('json');
    const timeout = preferredWait(headers.prefer);
    const { tenant } = principal;
    const key = headers['idempotency-key'];
    // Without a key nobody compares the request, so its hash is not worth making.
    const hash =
      key === undefined
        ? Buffer.alloc(0)
        : requestHash({ method: 'POST', path: c.req.path, body: submission });
    const answer = await once(parts, parts.together, { tenant, key, hash }, async (client) => {
      const run = await submitRun(client, parts, principal, submission);
      return { status: 202 as const, body: run, run: run.id };
    });
    parts.doorbell.ring();
    if (answer.replayed) c.header('Idempotency-Replayed', 'true');
    if (timeout === undefined) return c.json(answer.body, answer.status);

    const { id } = answer.body;
    const last = await waitForRun(parts, { tenant, id }, { timeout, signal: c.req.raw.signal });
    c.header('Preference-Applied', `wait=${timeout / 1_000}`);
    return c.json(await readRun(parts.store, parts.keys, tenant, last.id), last.settled ? 200 : 202);
  });
}

/** Milliseconds of `Prefer: wait=N` (RFC 7240); other preferences are not for this server. */
function preferredWait(prefer: string | undefined): number | undefined {
  const wait = prefer?.split(',').find((preference) => /^\s*wait\s*=/i.test(preference));
  if (wait === undefined) return undefined;
  const seconds = Number(/^\s*wait\s*=\s*"?(\d{1,4})"?\s*$/i.exec(wait)?.[1]);
  if (Number.isInteger(seconds) && seconds <= LONGEST_WAIT) return seconds * 1_000;
  throw invalidRequest([{ field: 'prefer', message: `wait must be whole seconds, at most ${LONGEST_WAIT}` }]);
}
