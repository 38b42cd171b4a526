import { createRoute, z } from '@hono/zod-openapi';
import type pg from 'pg';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { findDeployment } from '../../../pillars/release/index.ts';
import {
  countSamples,
  notRouted,
  pairNameOf,
  readRoute,
  trainAgent,
} from '../../../pillars/routing/index.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers, takes } from '../schemas/body.ts';
import { problems } from '../schemas/problem.ts';
import { RouteSchema, type ShownRoute, showRoute, TrainRequestSchema } from '../schemas/route.ts';

const LARGEST_BODY = 16 * 1024;
const params = z.object({ agent: z.string() });

const get = createRoute({
  method: 'get',
  path: '/v1/routes/{agent}',
  operationId: 'getRoute',
  tags: ['Operations'],
  summary: 'Show what was learned of when the smaller tier of an agent will do',
  description:
    'With the curve of cost and quality on calls that were held out, and why it is not used if it is not.',
  request: { params },
  responses: { 200: answers('The route.', RouteSchema), ...problems },
});

const train = createRoute({
  method: 'post',
  path: '/v1/routes/{agent}/train',
  operationId: 'trainRoute',
  tags: ['Operations'],
  summary: 'Learn from the runs of an agent when its smaller tier will do',
  description:
    'It is used from then on, unless there are too few samples or nothing is gained on those that were held out: then the order of the definition holds.',
  request: { params, body: takes(TrainRequestSchema) },
  responses: { 200: answers('The route.', RouteSchema), ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function agentRoutes(app: ApiApp, parts: RouteParts): void {
  app.openapi(get, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'routes:read');
    const { agent } = c.req.valid('param');
    return c.json(await inTenant(parts.store, principal.tenant, (client) => read(client, agent)), 200);
  });
  app.openapi(train, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'routes:train');
    const { agent } = c.req.valid('param');
    const stream = await parts.tenantStream(principal.tenant);
    const transaction = <Result>(work: (client: pg.PoolClient) => Promise<Result>) =>
      inTenant(parts.store, principal.tenant, work);
    const { definition } = await transaction((client) => findDeployment(client, agent));
    const { quality } = c.req.valid('json');
    const request = { definition, stream, principal: principal.id, now: parts.clock.now() };
    await trainAgent(transaction, { ...request, quality, defaultQuality: parts.routeQuality });
    return c.json(await transaction((client) => read(client, agent)), 200);
  });
}

async function read(client: pg.PoolClient, agent: string): Promise<ShownRoute> {
  const { definition } = await findDeployment(client, agent);
  const pair = pairNameOf(definition);
  if (definition.routing === undefined || pair === undefined) throw notRouted(definition);
  const counts = await countSamples(client, agent, pair);
  return showRoute(agent, pair, counts, await readRoute(client, agent));
}
