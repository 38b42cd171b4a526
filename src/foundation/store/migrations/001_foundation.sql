-- Tenants, keys, the journal, the queue, reviews. Roles: the API's sees one tenant at a time (row-level
-- security); the worker's spans tenants by an explicit policy. Neither may change or delete a frame.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bulkhead_api') THEN
    CREATE ROLE bulkhead_api NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bulkhead_worker') THEN
    CREATE ROLE bulkhead_worker NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- The tenant that the current transaction acts for; no tenant set means that none matches.
CREATE FUNCTION current_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('bulkhead.tenant', true), '') $$;

CREATE TABLE tenant (
  id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  name text NOT NULL,
  -- The tenant's own journal stream.
  stream uuid NOT NULL UNIQUE,
  -- The tenant's key, wrapped by the master key.
  wrapped_key bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_key (
  id text PRIMARY KEY,
  tenant text NOT NULL REFERENCES tenant,
  name text NOT NULL,
  -- SHA-256 of a 256-bit random secret: fast hashing is safe because it cannot be guessed.
  hash bytea NOT NULL UNIQUE,
  roles text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

CREATE TABLE bundle (
  tenant text NOT NULL REFERENCES tenant,
  -- SHA-256 of the code, hex.
  version text NOT NULL CHECK (version ~ '^[0-9a-f]{64}$'),
  code bytea NOT NULL,
  manifest jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, version)
);

-- Which version of a name new runs are pinned to.
CREATE TABLE deployment (
  tenant text NOT NULL,
  name text NOT NULL,
  version text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('agent', 'workflow')),
  definition jsonb NOT NULL,
  deployed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, name),
  FOREIGN KEY (tenant, version) REFERENCES bundle
);

CREATE SEQUENCE worker_epoch;

CREATE TABLE worker (
  id uuid PRIMARY KEY,
  epoch bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz NOT NULL,
  -- How many migrations its code knows, as its connections say: a migration that it could not work with waits
  -- until its lease has ended.
  schema integer NOT NULL DEFAULT coalesce(nullif(current_setting('bulkhead.schema', true), '')::integer, 0)
);

-- One row a run. The queue owns it; the journal is the truth of what the run did.
CREATE TABLE run (
  id uuid PRIMARY KEY,
  -- No reference: a check for each run would lock the tenant's row. Whoever makes a run holds the tenant's key.
  tenant text NOT NULL,
  class text NOT NULL,
  agent text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('agent', 'workflow')),
  version text NOT NULL,
  principal text NOT NULL,
  session text,
  parent uuid,
  -- The parent's step that waits for this run.
  parent_key text,
  lane smallint NOT NULL DEFAULT 1,
  -- The lane that it is claimed from now: a run that has begun is not put off any more, and -1 is for runs that
  -- are to be cancelled.
  ready_lane smallint NOT NULL DEFAULT 1,
  status text NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  outcome text NOT NULL DEFAULT 'unknown' CHECK (outcome IN ('right', 'wrong', 'unknown')),
  budget jsonb NOT NULL,
  webhook text,
  -- Messages ever filed for it, and how many its journal holds.
  inbox integer NOT NULL DEFAULT 0,
  seen integer NOT NULL DEFAULT 0,
  wake_at timestamptz,
  waiting_for jsonb,
  worker uuid,
  epoch bigint,
  -- How often its code host died under it: from the second time on it runs alone.
  host_deaths smallint NOT NULL DEFAULT 0,
  error_code text,
  -- Sums that lists show; the journal has the parts.
  input_tokens bigint NOT NULL DEFAULT 0,
  output_tokens bigint NOT NULL DEFAULT 0,
  usd numeric(20, 10) NOT NULL DEFAULT 0,
  model_calls integer NOT NULL DEFAULT 0,
  tool_calls integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  queued_at timestamptz NOT NULL DEFAULT now(),
  -- When it was first claimed.
  started_at timestamptz,
  finished_at timestamptz
);
-- A claim goes from group to group (lane, tenant, agent) and takes the longest ready of each.
CREATE INDEX run_queued ON run (ready_lane, tenant, agent, queued_at) WHERE status = 'queued';
CREATE INDEX run_wake ON run (wake_at) WHERE status = 'waiting' AND wake_at IS NOT NULL;
CREATE INDEX run_running ON run (tenant, agent, worker) WHERE status = 'running';
CREATE INDEX run_tenant ON run (tenant, id DESC);
CREATE INDEX run_session ON run (tenant, session, id) WHERE session IS NOT NULL;
CREATE INDEX run_parent ON run (parent) WHERE parent IS NOT NULL;

-- Whom a run is about. Erasing a subject destroys the data keys of its runs.
CREATE TABLE run_subject (
  run uuid NOT NULL,
  tenant text NOT NULL,
  subject text NOT NULL,
  PRIMARY KEY (tenant, subject, run)
);
CREATE INDEX run_subject_run ON run_subject (run);

-- What is filed for a run by anybody but its owner. Content is sealed under the run's key.
CREATE TABLE inbox (
  run uuid NOT NULL,
  number integer NOT NULL,
  tenant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('decision', 'cancel', 'child', 'late-effect')),
  meta jsonb NOT NULL,
  body bytea,
  filed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run, number)
);

-- One data key a stream, wrapped by its tenant's key.
CREATE TABLE data_key (
  stream uuid PRIMARY KEY,
  tenant text NOT NULL,
  wrapped bytea NOT NULL
);

-- The journal: a frame is one append of 1..n entries.
CREATE TABLE frame (
  class text NOT NULL,
  stream uuid NOT NULL,
  frame integer NOT NULL,
  tenant text NOT NULL,
  -- Of the owner that wrote it; 0 for a creator and for tenant and system streams.
  epoch bigint NOT NULL,
  previous bytea NOT NULL,
  hash bytea NOT NULL,
  -- JSON array of plain facts, one object an entry.
  meta text NOT NULL,
  -- Sealed JSON array of contents, one an entry; null when no entry has content.
  bodies bytea,
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (class, stream, frame)
) PARTITION BY LIST (class);
CREATE TABLE frame_standard PARTITION OF frame FOR VALUES IN ('standard') PARTITION BY RANGE (stream);
CREATE TABLE frame_standard_rest PARTITION OF frame_standard DEFAULT;
CREATE TABLE frame_permanent PARTITION OF frame FOR VALUES IN ('permanent');

CREATE TABLE review (
  id uuid PRIMARY KEY,
  tenant text NOT NULL,
  run uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('approval', 'answer', 'unknown-outcome', 'escalation')),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'decided', 'expired', 'withdrawn')),
  agent text NOT NULL,
  tool text,
  step_key text NOT NULL,
  -- Keyed hash of exactly what is decided about, hex.
  binding text NOT NULL,
  -- What the reviewer reads, sealed under the run's key.
  content bytea NOT NULL,
  decision text,
  decided_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  decided_at timestamptz
);
CREATE INDEX review_pending ON review (tenant, created_at) WHERE status = 'pending';
CREATE INDEX review_run ON review (run);

-- A target is `*`, `agent:<name>`, `tool:<name>` or `model:<provider/model>`; tenant null means all tenants.
CREATE TABLE kill_switch (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text REFERENCES tenant,
  target text NOT NULL,
  reason text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (tenant, target)
);

CREATE TABLE idempotency_key (
  tenant text NOT NULL,
  key text NOT NULL,
  -- SHA-256 of method, path and canonical body: the same key with another request is an error.
  request_hash bytea NOT NULL,
  status integer,
  response text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, key)
);
CREATE INDEX idempotency_expiry ON idempotency_key (tenant, created_at);

CREATE TABLE webhook_delivery (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text NOT NULL,
  run uuid NOT NULL,
  url text NOT NULL,
  event text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'given-up')),
  attempts smallint NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz,
  UNIQUE (run, event)
);
CREATE INDEX webhook_due ON webhook_delivery (next_at) WHERE status = 'pending';

-- Privileges. Frames are append-only for both roles.
GRANT USAGE ON SCHEMA public TO bulkhead_api, bulkhead_worker;
GRANT SELECT, INSERT ON frame, data_key TO bulkhead_api, bulkhead_worker;
GRANT SELECT ON tenant, bundle, deployment, run, run_subject, inbox, review, kill_switch,
  webhook_delivery TO bulkhead_api, bulkhead_worker;
GRANT SELECT ON schema_migration TO bulkhead_api, bulkhead_worker;
GRANT SELECT ON api_key, worker TO bulkhead_api;
GRANT INSERT ON api_key, bundle, deployment, run, run_subject, inbox, kill_switch TO bulkhead_api;
GRANT UPDATE ON api_key, deployment, run, review TO bulkhead_api;
GRANT DELETE ON kill_switch TO bulkhead_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO bulkhead_api;
GRANT INSERT, UPDATE ON run, run_subject, review, webhook_delivery TO bulkhead_worker;
GRANT INSERT ON inbox TO bulkhead_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON worker TO bulkhead_worker;
GRANT USAGE ON SEQUENCE worker_epoch TO bulkhead_worker;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['api_key', 'bundle', 'deployment', 'run', 'run_subject', 'inbox', 'data_key',
    'frame', 'review', 'idempotency_key', 'webhook_delivery'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO bulkhead_api
      USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', name);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO bulkhead_worker USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;

ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON tenant TO bulkhead_api USING (id = current_tenant());
CREATE POLICY every_tenant ON tenant TO bulkhead_worker USING (true);
ALTER TABLE kill_switch ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON kill_switch TO bulkhead_api
  USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
CREATE POLICY every_tenant ON kill_switch TO bulkhead_worker USING (true);

-- A key is looked up before its tenant is known: one narrow function instead of a hole in the wall.
CREATE FUNCTION api_key_by_hash(sought bytea)
  RETURNS TABLE (id text, tenant text, name text, roles text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT id, tenant, name, roles FROM api_key WHERE hash = sought AND revoked_at IS NULL $$;
REVOKE ALL ON FUNCTION api_key_by_hash(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api_key_by_hash(bytea) TO bulkhead_api;
