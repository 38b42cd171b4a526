import { createRoute, z } from '@hono/zod-openapi';
import { BulkheadError } from '../../../../contract/errors.ts';
import { appendExclusive } from '../../../../foundation/journal/index.ts';
import { requestCancel } from '../../../../foundation/queue/index.ts';
import { authorise } from '../../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../../parts.ts';
import { answers } from '../../schemas/body.ts';
import { waitForRun } from '../../watch/wait-for-run.ts';
import { openAiErrors } from '../errors/error-schema.ts';
import { ResponseSchema } from './create-response.ts';
import { readResponse } from './response-of-run.ts';

/** Milliseconds for which the answer waits for the run to end. */
const PATIENCE = 5_000;

const route = createRoute({
  method: 'post',
  path: '/v1/responses/{response_id}/cancel',
  operationId: 'cancelResponse',
  tags: ['OpenAI'],
  summary: "Cancel a response (OpenAI's Responses)",
  description:
    'One that has ended stays as it is. Answers when its run has ended, or after five seconds as it stands then.',
  request: { params: z.object({ response_id: z.string() }) },
  responses: { 200: answers('The response.', ResponseSchema), ...openAiErrors },
});

export function cancelResponse(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'runs:cancel');
    const { response_id: id } = c.req.valid('param');
    const response = await readResponse(parts, principal, id);
    if (response.status !== 'in_progress') return c.json(response, 200);
    const { tenant } = principal;
    const run = id.replace('resp_', '');
    await fileCancel(parts, { tenant, run, principal: principal.id });
    parts.doorbell.ring(run);
    await waitForRun(parts, { tenant, id: run }, { timeout: PATIENCE, signal: c.req.raw.signal });
    return c.json(await readResponse(parts, principal, id), 200);
  });
}

async function fileCancel(
  { alone, tenantStream, clock }: RouteParts,
  request: { tenant: string; run: string; principal: string },
): Promise<void> {
  const { tenant, run, principal } = request;
  const stream = await tenantStream(tenant);
  await alone(tenant, async (client) => {
    await requestCancel(client, request);
    const meta = { kind: 'run.cancel-filed' as const, run, principal };
    await appendExclusive(client, stream, [{ meta }], clock.now());
  }).catch((error: unknown) => {
    // It has ended meanwhile, by itself.
    if (!BulkheadError.isInstance(error) || error.code !== 'run_finished') throw error;
  });
}
