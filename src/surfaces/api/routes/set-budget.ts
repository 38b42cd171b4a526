import { createRoute } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { setSpendLimit } from '../../../pillars/budget/spend/index.ts';
import { authorise, requireApiKey } from '../../../pillars/identity/index.ts';
import { limitBody } from '../middleware/limit-body.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { checkBounded } from '../runs/check-bounded.ts';
import { answers, takes } from '../schemas/body.ts';
import { showBudget, TenantBudgetRequestSchema, TenantBudgetSchema } from '../schemas/budget.ts';
import { problems } from '../schemas/problem.ts';

const LARGEST_BODY = 16 * 1024;

const route = createRoute({
  method: 'put',
  path: '/v1/budgets',
  operationId: 'setBudget',
  tags: ['Operations'],
  summary: 'Set what may be spent in an hour, a day or a month',
  description:
    'Of an agent, of an API key, or of the tenant as a whole. All workers together never spend more: each call sets its worst case aside first. It holds within two seconds. A month’s budget of the tenant is its credit.',
  request: { body: takes(TenantBudgetRequestSchema) },
  responses: { 200: answers('The budget.', TenantBudgetSchema), ...problems },
  middleware: limitBody(LARGEST_BODY),
});

export function setBudget(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'budgets:write');
    const { tenant } = principal;
    const wished = c.req.valid('json');
    const stream = await parts.tenantStream(tenant);
    const now = parts.clock.now();
    const budget = await inTenant(parts.store, tenant, async (client) => {
      await checkBounded(client, wished.agent);
      if (wished.key !== undefined) await requireApiKey(client, wished.key);
      return setSpendLimit(client, { ...wished, stream, principal: principal.id, now });
    });
    return c.json(showBudget(budget), 200);
  });
}
