-- Runs that start by the clock, and runs that go on as new ones.

CREATE TABLE schedule (
  id uuid PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL REFERENCES tenant,
  name text NOT NULL,
  agent text NOT NULL,
  -- The schedule's own data key, wrapped by the tenant's: it goes with the row.
  wrapped_key bytea NOT NULL,
  -- Sealed under that key, as is the error.
  input bytea NOT NULL,
  cron text NOT NULL,
  timezone text NOT NULL,
  lane smallint NOT NULL DEFAULT 1,
  budget jsonb NOT NULL DEFAULT '{}',
  subject text,
  session text,
  overlap text NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'queue')),
  catch_up text NOT NULL DEFAULT 'latest' CHECK (catch_up IN ('latest', 'none')),
  paused boolean NOT NULL DEFAULT false,
  -- The tick that comes next; null when the expression names no further one.
  next_at timestamptz,
  last_tick timestamptz,
  last_run uuid,
  -- Why the last tick made no run; null when it did.
  last_error bytea,
  -- Whose rights its runs have: an API key's id.
  principal text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant, name)
);
CREATE INDEX schedule_due ON schedule (next_at) WHERE NOT paused;

ALTER TABLE run
  -- The schedule that started it, and for which tick; no tick when a person triggered it.
  ADD COLUMN schedule uuid,
  ADD COLUMN tick timestamptz,
  -- The links of a chain of runs that continue as new: backward and forward.
  ADD COLUMN continues uuid,
  ADD COLUMN continued_as uuid;
CREATE INDEX run_schedule ON run (schedule) WHERE schedule IS NOT NULL AND finished_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON schedule TO bulkhead_api;
GRANT SELECT, UPDATE ON schedule TO bulkhead_worker;
ALTER TABLE schedule ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON schedule TO bulkhead_api
  USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
CREATE POLICY every_tenant ON schedule TO bulkhead_worker USING (true) WITH CHECK (true);
