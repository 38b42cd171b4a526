import { createRoute, z } from '@hono/zod-openapi';
import { inTenant } from '../../../foundation/store/index.ts';
import { listBudgets } from '../../../pillars/budget/spend/index.ts';
import { readUsage } from '../../../pillars/budget/usage/index.ts';
import { authorise } from '../../../pillars/identity/index.ts';
import type { ApiApp, RouteParts } from '../parts.ts';
import { invalidRequest } from '../problems/invalid-request.ts';
import { problems } from '../schemas/problem.ts';
import { type Usage, UsageQuerySchema, UsageSchema } from '../schemas/usage.ts';
import { usageToCsv } from '../usage-to-csv.ts';

const DAY = 86_400_000;

const route = createRoute({
  method: 'get',
  path: '/v1/usage',
  operationId: 'showUsage',
  tags: ['Operations'],
  summary: 'What runs cost, by agent, model or day',
  description:
    'Every run counts with what it cost by itself until it last waited or ended; its children are runs of their own. JSON, or CSV by `format=csv` or `Accept: text/csv`.',
  request: { query: UsageQuerySchema },
  responses: {
    200: {
      description: 'Sums, and what is left of the month’s credit.',
      content: { 'application/json': { schema: UsageSchema }, 'text/csv': { schema: z.string() } },
    },
    ...problems,
  },
});

export function showUsage(app: ApiApp, parts: RouteParts): void {
  app.openapi(route, async (c) => {
    const principal = c.get('principal');
    authorise(principal, 'usage:read');
    const { from, to, by, format } = c.req.valid('query');
    const today = parts.clock.now();
    const period = { from: from ?? `${dayOf(today).slice(0, 7)}-01`, to: to ?? dayOf(today + DAY), by };
    if (period.to <= period.from) throw invalidRequest([{ field: 'to', message: 'is not after "from"' }]);
    const usage: Usage = await inTenant(parts.store, principal.tenant, async (client) => {
      const { total, sums } = await readUsage(client, period);
      const budgets = await listBudgets(client);
      const credit = budgets.find(
        ({ agent, period: of, unit }) => agent === null && of === 'month' && unit === 'usd',
      );
      return { ...period, total, usage: sums, credit: credit === undefined ? null : shown(credit) };
    });
    if (format === 'csv' || (format === undefined && wantsCsv(c.req.header('accept')))) {
      return c.text(usageToCsv(usage), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="usage-${period.from}-${period.to}.csv"`,
      });
    }
    return c.json(usage, 200);
  });
}

function shown(credit: Awaited<ReturnType<typeof listBudgets>>[number]): NonNullable<Usage['credit']> {
  const { amount: usd, spent, held, left, renewsAt } = credit;
  return { usd, spent, held, left, renewsAt: renewsAt.toISOString() };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function wantsCsv(accept: string | undefined): boolean {
  return accept !== undefined && /\btext\/csv\b/.test(accept) && !/\bapplication\/json\b/.test(accept);
}
