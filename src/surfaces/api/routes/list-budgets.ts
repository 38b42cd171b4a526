import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { listBudgets as readBudgets } from '../../../pillars/budget/spend/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { answers } from '../schemas/body.ts';
import { showBudget, TenantBudgetSchema } from '../schemas/budget.ts';
import { problems } from '../schemas/problem.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/budgets',
  operationId: 'listBudgets',
  tags: ['Operations'],
  summary: 'List what may be spent, and what is left of it',
  responses: {
    200: answers(
      'Those of the tenant as a whole first, then those of agents by name.',
      z.object({ budgets: z.array(TenantBudgetSchema) }).openapi('TenantBudgetList'),
    ),
    ...problems,
  },
});

export function listBudgets(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'budgets:read');
    const budgets = await inTenant(parts.store, principal.tenant, readBudgets);
    return c.json({ budgets: budgets.map(showBudget) }, 200);
  });
}
