-- Readable from 005.
-- Answers and results that may be given again, and how often they are.

-- A copy of what a run got, sealed under that run's key: when the key is destroyed, so is the copy.
CREATE TABLE cache_entry (
  tenant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('exact', 'semantic', 'tool')),
  -- Keyed hash (HMAC under the tenant's key) of all that the answer depends on.
  key bytea NOT NULL,
  -- Of a semantic entry: keyed hash of all but the question.
  scope bytea,
  agent text NOT NULL,
  -- What it may be cleared by: 'agent:<name>', 'tag:<tag>'.
  targets text[] NOT NULL,
  run uuid NOT NULL REFERENCES data_key ON DELETE CASCADE,
  body bytea NOT NULL,
  -- When the answer was asked for: what was cleared since may have changed it.
  asked_at timestamptz NOT NULL,
  fresh_until timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- Somebody fetches it anew until then.
  refreshing_until timestamptz,
  PRIMARY KEY (tenant, kind, key)
);
CREATE INDEX cache_entry_run ON cache_entry (run);
CREATE INDEX cache_entry_age ON cache_entry (tenant, kind, asked_at);
CREATE INDEX cache_entry_scope ON cache_entry (tenant, scope, asked_at) WHERE kind = 'semantic';

-- When a target was last cleared. It outlives the entries: an answer that was asked for before is never given
-- again, even if it is stored after.
CREATE TABLE cache_clearing (
  tenant text NOT NULL,
  target text NOT NULL,
  cleared_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, target)
);

-- Hits by meaning: each one that was served, and those for which the model was asked all the same.
CREATE TABLE semantic_hit (
  tenant text NOT NULL,
  run uuid NOT NULL REFERENCES data_key ON DELETE CASCADE,
  step_key text NOT NULL,
  agent text NOT NULL,
  -- Hash of the definition: another version is judged anew.
  definition text NOT NULL,
  similarity real NOT NULL,
  -- The run whose answer it was.
  source uuid NOT NULL,
  served boolean NOT NULL,
  -- Null: nobody has judged it.
  wrong boolean,
  -- 'sample', or who said so.
  judged_by text,
  hit_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run, step_key)
);
CREATE INDEX semantic_hit_judged ON semantic_hit (tenant, definition, hit_at) WHERE wrong IS NOT NULL;
CREATE INDEX semantic_hit_age ON semantic_hit (tenant, hit_at);

-- How often each cache was asked and answered. The journals say the same, hit by hit.
CREATE TABLE cache_use (
  tenant text NOT NULL,
  agent text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('exact', 'semantic', 'tool')),
  day date NOT NULL,
  asked bigint NOT NULL DEFAULT 0,
  hits bigint NOT NULL DEFAULT 0,
  saved_tokens bigint NOT NULL DEFAULT 0,
  saved_usd numeric(20, 10) NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, agent, kind, day)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON cache_entry, cache_clearing, semantic_hit, cache_use TO bulkhead_worker;
GRANT SELECT (tenant, kind, agent, targets, expires_at), DELETE ON cache_entry TO bulkhead_api;
GRANT SELECT, INSERT, UPDATE ON cache_clearing TO bulkhead_api;
GRANT SELECT, UPDATE (wrong, judged_by) ON semantic_hit TO bulkhead_api;
GRANT SELECT ON cache_use TO bulkhead_api;
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['cache_entry', 'cache_clearing', 'semantic_hit', 'cache_use'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO bulkhead_api
      USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', name);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO bulkhead_worker USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;
