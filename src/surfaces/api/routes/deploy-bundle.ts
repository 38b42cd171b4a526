import { createRoute, z } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { BulkheadError } from '../../../contract/errors.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { bundleVersion, registerBundle } from '../../../pillars/release/index.ts';
import { once } from '../idempotency/once.ts';
import { requestHash } from '../idempotency/request-hash.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, ApiEnv, RouteParts } from '../parts.ts';
import { invalidRequest } from '../problems/invalid-request.ts';
import { answers } from '../schemas/body.ts';
import { BundleSchema } from '../schemas/bundle.ts';
import { idempotencyHeader } from '../schemas/headers.ts';
import { problems } from '../schemas/problem.ts';

const LARGEST_BUNDLE = 20 * 1024 * 1024;
const JAVASCRIPT = /^(application|text)\/javascript *(;|$)/i;

/** Before anything of the body is read: code is not executed for those who may not deploy it. */
const mayDeploy = createMiddleware<ApiEnv>(async (c, next) => {
  authorise(c.get('principal'), 'bundles:deploy');
  if (!JAVASCRIPT.test(c.req.header('Content-Type') ?? '')) {
    throw new BulkheadError({
      code: 'unsupported_media_type',
      message:
        'A bundle is JavaScript. Send the code with `Content-Type: application/javascript`, as `bulkhead deploy` does.',
      status: 415,
    });
  }
  await next();
});

const route = createRoute({
  method: 'post',
  path: '/v1/bundles',
  operationId: 'deployBundle',
  tags: ['Agents'],
  summary: 'Deploy a bundle',
  description:
    'New runs of the names that it defines are pinned to this version; runs that are under way keep theirs.',
  request: {
    headers: idempotencyHeader,
    body: {
      required: true,
      description: 'One ESM file with its dependencies, at most 20 MB.',
      content: { 'application/javascript': { schema: z.string() } },
    },
  },
  responses: {
    200: answers('Deployed; this very code was there already.', BundleSchema),
    201: answers('Stored and deployed.', BundleSchema),
    ...problems,
  },
  middleware: [mayDeploy, limitBody(LARGEST_BUNDLE)],
});

export function deployBundle(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    const code = Buffer.from(await c.req.arrayBuffer());
    if (code.length === 0) throw invalidRequest([{ field: 'body', message: 'is empty' }]);
    const manifest = await parts.describeBundle(code);
    const stream = await parts.tenantStream(principal.tenant);
    const answer = await once(
      parts,
      parts.alone,
      {
        tenant: principal.tenant,
        key: c.req.valid('header')['idempotency-key'],
        hash: requestHash({ method: 'POST', path: c.req.path, body: bundleVersion(code) }),
      },
      async (client) => {
        const { version, created } = await registerBundle(client, {
          stream,
          principal: principal.id,
          code,
          manifest,
          now: parts.clock.now(),
        });
        const definitions = manifest.definitions.map(({ kind, name, description }) => ({
          kind,
          name,
          description: description ?? null,
        }));
        return { status: created ? (201 as const) : (200 as const), body: { version, definitions } };
      },
    );
    if (answer.replayed) c.header('Idempotency-Replayed', 'true');
    return c.json(answer.body, answer.status);
  });
}
