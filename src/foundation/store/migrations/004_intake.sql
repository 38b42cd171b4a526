-- Runs that start by messages of a broker.

-- One row a message that became a run: the same message again finds it here. The row outlives the longest time
-- for which a broker may hand a message out again.
CREATE TABLE intake_message (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant,
  -- The source's name, as the operator configured it.
  source text NOT NULL,
  -- The message's id, as its sender or the broker gave it.
  message text NOT NULL,
  -- Tells the same message from another one of its id. Keyed with the tenant's key: a body can be guessed.
  body_hash bytea NOT NULL,
  run uuid NOT NULL,
  -- The run that it went on as by now; its end is what the sender waits for.
  last_run uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  -- Where the result goes; null when nobody asked for it.
  reply_to text,
  -- What its sender knows the result by.
  correlation_id text,
  reply text CHECK (reply IN ('pending', 'sent', 'given-up')),
  attempts integer NOT NULL DEFAULT 0,
  -- When to look next whether the run ended, or to try again to send.
  next_at timestamptz NOT NULL DEFAULT now(),
  last_error text,
  replied_at timestamptz,
  PRIMARY KEY (tenant, source, message),
  CHECK ((reply_to IS NULL) = (reply IS NULL))
);
CREATE INDEX intake_reply_due ON intake_message (source, next_at) WHERE reply = 'pending';
CREATE INDEX intake_expiry ON intake_message (received_at) WHERE reply IS DISTINCT FROM 'pending';
CREATE INDEX intake_run ON intake_message (run);

GRANT SELECT, INSERT ON intake_message TO bulkhead_api;
GRANT SELECT, UPDATE, DELETE ON intake_message TO bulkhead_worker;
ALTER TABLE intake_message ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON intake_message TO bulkhead_api
  USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
CREATE POLICY every_tenant ON intake_message TO bulkhead_worker USING (true) WITH CHECK (true);
