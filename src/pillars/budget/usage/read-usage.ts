import type pg from 'pg';
import { usdOf } from '../spend/nano-usd.ts';

/** By what usage is summed. */
export const USAGE_BY = ['agent', 'model', 'day'] as const;
export type UsageBy = (typeof USAGE_BY)[number];

/** What an agent, a model or a day cost. */
export type UsageSum = {
  /** The agent, the day (`2026-11-22`) or the model; tools that cost something stand under the model `''`. */
  name: string;
  runs: number;
  modelCalls: number;
  toolCalls: number;
  inputTokens: number;
  outputTokens: number;
  usd: number;
};

const COLUMNS: Readonly<Record<UsageBy, string>> = { agent: 'agent', model: 'model', day: 'day::text' };

const SUMS = `count(DISTINCT run)::int AS runs, coalesce(sum(model_calls), 0) AS "modelCalls",
  coalesce(sum(tool_calls), 0) AS "toolCalls", coalesce(sum(input_tokens), 0) AS "inputTokens",
  coalesce(sum(output_tokens), 0) AS "outputTokens", coalesce(sum(nano_usd), 0) AS nano
  FROM run_usage WHERE tenant = current_tenant() AND day >= $1 AND day < $2`;

type Row = Record<'modelCalls' | 'toolCalls' | 'inputTokens' | 'outputTokens' | 'nano', string> & {
  name: string;
  runs: number;
};

/**
 * What the tenant's runs cost on the days from `from` to before `to`, in UTC. A run counts with what it cost until
 * it last waited or ended.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @param period days: `2026-11-01`
 */
export async function readUsage(
  client: pg.PoolClient,
  period: { from: string; to: string; by: UsageBy },
): Promise<{ total: Omit<UsageSum, 'name'>; sums: UsageSum[] }> {
  const { from, to, by } = period;
  const column = COLUMNS[by];
  const order = by === 'day' ? 'name' : 'nano DESC, name';
  const { rows } = await client.query<Row>(
    `SELECT ${column} AS name, ${SUMS} GROUP BY ${column} ORDER BY ${order}`,
    [from, to],
  );
  const whole = await client.query<Row>(`SELECT '' AS name, ${SUMS}`, [from, to]);
  const [sum] = whole.rows.map(shown);
  if (sum === undefined) throw new Error('A sum of nothing is a row all the same.');
  const { name: _, ...total } = sum;
  return { total, sums: rows.map(shown) };
}

function shown({ name, runs, nano, ...counts }: Row): UsageSum {
  return {
    name,
    runs,
    modelCalls: Number(counts.modelCalls),
    toolCalls: Number(counts.toolCalls),
    inputTokens: Number(counts.inputTokens),
    outputTokens: Number(counts.outputTokens),
    usd: usdOf(Number(nano)),
  };
}
