import type pg from 'pg';
import type { Sample } from '../learn/index.ts';

/** Samples that a training takes in at most: the newest. */
const MOST = 10_000;

const SELECT = `SELECT s.run, s.words, s.numbers, s.small, s.large, s.small_usd AS "smallUsd",
    s.large_usd AS "largeUsd", s.used, coalesce(r.outcome, 'unknown') AS outcome
  FROM routing_sample s LEFT JOIN run r ON r.id = s.run
  WHERE s.tenant = current_tenant() AND s.agent = $1 AND s.pair = $2 ORDER BY s.taken_at DESC, s.run LIMIT ${MOST}`;

/** Samples, those whose smaller tier's answer is judged, and those where it will do. */
export type SampleCounts = { taken: number; judged: number; good: number };

type Row = Omit<Sample, 'features'> & { words: number[]; numbers: number[] };

/** The newest samples of an agent and the pair of tiers that it has now. @param client behind the tenant's wall */
export async function readSamples(client: pg.PoolClient, agent: string, pair: string): Promise<Sample[]> {
  const { rows } = await client.query<Row>(SELECT, [agent, pair]);
  return rows.map(({ words, numbers, ...sample }) => ({ ...sample, features: { words, numbers } }));
}

/** How many samples there are of an agent's pair, of how many the smaller tier's answer is judged, and will do. */
export async function countSamples(
  client: pg.PoolClient,
  agent: string,
  pair: string,
): Promise<SampleCounts> {
  const { rows } = await client.query<SampleCounts>(
    `SELECT count(*)::int AS taken, count(label)::int AS judged, (count(*) FILTER (WHERE label))::int AS good
      FROM (SELECT CASE WHEN s.small IS NOT FALSE AND s.used = 'small' AND r.outcome IN ('right', 'wrong')
          THEN r.outcome = 'right' ELSE s.small END AS label
        FROM routing_sample s LEFT JOIN run r ON r.id = s.run
        WHERE s.tenant = current_tenant() AND s.agent = $1 AND s.pair = $2) labelled`,
    [agent, pair],
  );
  return rows[0] ?? { taken: 0, judged: 0, good: 0 };
}
