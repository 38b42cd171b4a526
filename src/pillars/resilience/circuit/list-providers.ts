import type pg from 'pg';

/** How a provider, or a model of one, is: as operators read it. */
export type ProviderHealth = {
  name: string;
  /** `open`: it is not asked; `half-open`: one call finds out whether it answers again. */
  state: 'closed' | 'open' | 'half-open';
  /** Since when it is down; of one that answers, since when it does again. */
  since: Date;
  /** When it is tried again. */
  until: Date | null;
  /** The code of the last failure. */
  lastError: string;
};

const LIST = `SELECT name, last_error AS "lastError", coalesce(closed_at, opened_at) AS since,
  CASE WHEN closed_at IS NOT NULL THEN 'closed'
       WHEN probe IS NOT NULL OR probe_at <= now() THEN 'half-open' ELSE 'open' END AS state,
  CASE WHEN closed_at IS NULL AND probe IS NULL AND probe_at > now() THEN probe_at END AS until
  FROM provider_health ORDER BY closed_at IS NOT NULL, name`;

/** Everything that is down, then what was within the last month, by name. */
export async function listProviders(client: pg.PoolClient): Promise<ProviderHealth[]> {
  return (await client.query<ProviderHealth>(LIST)).rows;
}
