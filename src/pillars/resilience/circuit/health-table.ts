import type pg from 'pg';

/** A provider, or a model of one, that is down: as all workers know it. */
export type Downtime = {
  name: string;
  code: string;
  /** Milliseconds, by the database's clock, until a call may find out whether it answers; negative once it may. */
  probeIn: number;
  /** A call is finding out. */
  probing: boolean;
};

/** Who owns a probe, and of what. */
export type Probe = { name: string; token: string };

/** What all workers of an installation know of its providers. The database's clock decides. */
export type HealthTable = {
  read(): Promise<Downtime[]>;
  /** @returns whether nobody had said so before */
  open(failure: { name: string; code: string; jitter: number }): Promise<boolean>;
  /** Elects the call that finds out. `lease` ms later another may, whatever became of it. @returns whether it is this one */
  probe(probe: Probe, lease: number): Promise<boolean>;
  /** It is still down: the next probe waits longer. */
  reopen(probe: Probe, failure: { code: string; jitter: number }): Promise<void>;
  /** It answers again. @returns whether nobody had said so before */
  close(probe: Probe): Promise<boolean>;
  /** The probe said nothing; another may take its place at once. */
  release(probe: Probe): Promise<void>;
};

/** Milliseconds: 5 s, doubled with each failed probe, at most a minute; `jitter` in (0, 1] takes off from that. */
const pause = (failures: string, jitter: string) =>
  `least(60000, 5000 * 2 ^ least(${failures}, 10)) * ${jitter}::float8 * interval '1 millisecond'`;

/** One that fails again within this time has not recovered: its pauses go on growing. */
const SOON = `interval '1 minute'`;

/** What has been well for a month is forgotten on the way. */
const OPEN = `WITH forgotten AS (
    DELETE FROM provider_health WHERE closed_at < now() - interval '30 days' AND name <> $1)
  INSERT INTO provider_health AS health (name, last_error, probe_at)
  VALUES ($1, $2, now() + ${pause('0', '$3')})
  ON CONFLICT (name) DO UPDATE SET opened_at = now(), closed_at = NULL, probe = NULL, last_error = EXCLUDED.last_error,
    failures = CASE WHEN health.closed_at > now() - ${SOON} THEN health.failures + 1 ELSE 0 END,
    probe_at = now() + ${pause(`CASE WHEN health.closed_at > now() - ${SOON} THEN health.failures + 1 ELSE 0 END`, '$3')}
  WHERE health.closed_at IS NOT NULL
  RETURNING name`;

const REOPEN = `UPDATE provider_health SET probe = NULL, failures = failures + 1, last_error = $3,
  probe_at = now() + ${pause('failures + 1', '$4')}
  WHERE name = $1 AND probe = $2 AND closed_at IS NULL`;

/** @param pool the worker's */
export function createHealthTable(pool: pg.Pool): HealthTable {
  const changed = async (text: string, values: unknown[]) =>
    ((await pool.query(text, values)).rowCount ?? 0) > 0;
  return {
    async read() {
      const { rows } = await pool.query<Downtime>({
        name: 'provider-health',
        text: `SELECT name, last_error AS code, probe IS NOT NULL AS probing,
          (extract(epoch FROM probe_at - now()) * 1000)::float8 AS "probeIn"
          FROM provider_health WHERE closed_at IS NULL`,
      });
      return rows;
    },
    open: ({ name, code, jitter }) => changed(OPEN, [name, code, jitter]),
    probe: ({ name, token }, lease) =>
      changed(
        `UPDATE provider_health SET probe = $2, probe_at = now() + $3 * interval '1 millisecond'
         WHERE name = $1 AND closed_at IS NULL AND probe_at <= now()`,
        [name, token, lease],
      ),
    reopen: async ({ name, token }, { code, jitter }) => {
      await changed(REOPEN, [name, token, code, jitter]);
    },
    close: ({ name, token }) =>
      changed(
        `UPDATE provider_health SET probe = NULL, closed_at = now()
         WHERE name = $1 AND probe = $2 AND closed_at IS NULL`,
        [name, token],
      ),
    release: async ({ name, token }) => {
      await changed(
        `UPDATE provider_health SET probe = NULL, probe_at = now() WHERE name = $1 AND probe = $2 AND closed_at IS NULL`,
        [name, token],
      );
    },
  };
}
