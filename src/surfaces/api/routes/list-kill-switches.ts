import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import { listKillSwitches as readKillSwitches } from '../../../pillars/release/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { KillSwitchSchema, showKillSwitch } from '../schemas/kill-switch.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/kill-switches',
  operationId: 'listKillSwitches',
  tags: ['Operations'],
  summary: 'List what is switched off',
  responses: {
    200: answers(
      'The switches, oldest first.',
      z.object({ killSwitches: z.array(KillSwitchSchema) }).openapi('KillSwitchList'),
    ),
    ...problems,
  },
});

export function listKillSwitches(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'kill-switches:read');
    const switches = await inTenant(parts.store, principal.tenant, readKillSwitches);
    return c.json({ killSwitches: switches.map(showKillSwitch) }, 200);
  });
}
