-- Readable from 009.
-- What calls of models have shown of their tiers, and what was learned from that.

-- One row a call of an agent that declares how it routes. Hashes of n-grams under the tenant's key, and counts: what
-- was said cannot be read from it. It goes when its run's key goes.
CREATE TABLE routing_sample (
  run uuid NOT NULL REFERENCES data_key ON DELETE CASCADE,
  step_key text NOT NULL,
  tenant text COLLATE "C" NOT NULL,
  agent text COLLATE "C" NOT NULL,
  -- The models of the two tiers: what is known of one pair says nothing of another.
  pair text NOT NULL,
  words integer[] NOT NULL,
  numbers real[] NOT NULL,
  -- Whether the tier's answer will do; null: it was not asked, or nobody can tell.
  small boolean,
  large boolean,
  small_usd double precision,
  large_usd double precision,
  -- Whose answer the run went on with.
  used text NOT NULL CHECK (used IN ('small', 'large')),
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run, step_key)
);
CREATE INDEX routing_sample_age ON routing_sample (tenant, agent, taken_at);

-- One row an agent: what was learned last.
CREATE TABLE routing_route (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant,
  agent text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  pair text NOT NULL,
  -- Requests are routed by it. Else: why not.
  active boolean NOT NULL,
  reason text,
  weights bytea,
  threshold double precision,
  quality double precision NOT NULL,
  cascade boolean NOT NULL,
  samples integer NOT NULL,
  held_out integer NOT NULL,
  auc double precision,
  accuracy double precision,
  cost_ratio double precision NOT NULL,
  curve jsonb NOT NULL,
  trained_by text NOT NULL,
  trained_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, agent),
  CHECK (active = (reason IS NULL)),
  CHECK (NOT active OR (weights IS NOT NULL AND threshold IS NOT NULL))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON routing_sample TO bulkhead_worker;
GRANT SELECT ON routing_route TO bulkhead_worker;
GRANT SELECT ON routing_sample TO bulkhead_api;
GRANT SELECT, INSERT, UPDATE ON routing_route TO bulkhead_api;
ALTER TABLE routing_sample ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_route ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON routing_sample TO bulkhead_api
  USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
CREATE POLICY every_tenant ON routing_sample TO bulkhead_worker USING (true) WITH CHECK (true);
CREATE POLICY tenant_only ON routing_route TO bulkhead_api
  USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
CREATE POLICY every_tenant ON routing_route TO bulkhead_worker USING (true);
