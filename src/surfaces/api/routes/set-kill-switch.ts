import { createRoute } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { setKillSwitch as set } from '../../../pillars/release/index.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers, takes } from '../schemas/body.ts';
import { KillSwitchRequestSchema, KillSwitchSchema, showKillSwitch } from '../schemas/kill-switch.ts';
import { problems } from '../schemas/problem.ts';

const LARGEST_BODY = 16 * 1024;

const route = createRoute({
  method: 'put',
  path: '/v1/kill-switches',
  operationId: 'setKillSwitch',
  tags: ['Operations'],
  summary: 'Switch something off',
  description:
    'Workers refuse the target within two seconds. Setting it again with another reason replaces the switch.',
  request: { body: takes(KillSwitchRequestSchema) },
  responses: { 200: answers('The switch.', KillSwitchSchema), ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function setKillSwitch(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'kill-switches:write');
    const { tenant } = principal;
    const { target, reason } = c.req.valid('json');
    const stream = await parts.tenantStream(tenant);
    const now = parts.clock.now();
    const standing = await inTenant(parts.store, tenant, (client) =>
      set(client, { stream, target, reason, principal: principal.id, now }),
    );
    return c.json(showKillSwitch(standing), 200);
  });
}
