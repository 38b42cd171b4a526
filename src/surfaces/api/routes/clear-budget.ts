import { createRoute } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { clearSpendLimit } from '../../../pillars/budget/spend/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { BudgetNameSchema } from '../schemas/budget.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/budgets',
  operationId: 'clearBudget',
  tags: ['Operations'],
  summary: 'Clear a budget',
  description: 'Of the tenant as a whole where no agent is named. Runs that waited for it go on.',
  request: { query: BudgetNameSchema },
  responses: { 204: { description: 'It is cleared.' }, ...problems },
});

export function clearBudget(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'budgets:write');
    const stream = await parts.tenantStream(principal.tenant);
    const now = parts.clock.now();
    await inTenant(parts.store, principal.tenant, (client) =>
      clearSpendLimit(client, { ...c.req.valid('query'), stream, principal: principal.id, now }),
    );
    return c.body(null, 204);
  });
}
