-- Readable from 005.
-- Which providers do not answer, as the workers of the installation found out together: its keys and its
-- connections are the same for every tenant.

-- One row a provider, or a model of one, that is down or was. What was never down has none.
CREATE TABLE provider_health (
  -- 'openai', or 'openai/gpt-5-mini'.
  name text COLLATE "C" PRIMARY KEY,
  opened_at timestamptz NOT NULL DEFAULT now(),
  -- Since when it answers again; null while it is down.
  closed_at timestamptz,
  -- From when on one call may find out whether it answers.
  probe_at timestamptz NOT NULL,
  -- The call that is finding out: one at a time, until `probe_at`.
  probe uuid,
  -- How many such calls have failed, one after another.
  failures integer NOT NULL DEFAULT 0,
  -- The code of the last failure.
  last_error text NOT NULL
);

GRANT SELECT ON provider_health TO bulkhead_api, bulkhead_worker;
GRANT INSERT, UPDATE, DELETE ON provider_health TO bulkhead_worker;
