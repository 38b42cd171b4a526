-- Model calls of the lane `batch` that wait for the batch interface of their provider. Code from before would not
-- know what to do with the message that such a call was answered, and ask again.

-- One row a batch that was handed over, or is about to be: of one model, and of any tenants.
CREATE TABLE model_batch (
  id uuid PRIMARY KEY,
  provider text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  state text NOT NULL CHECK (state IN ('submitting', 'submitted', 'ended')),
  -- How many calls it has at most: those that are called off before it is handed over are left out.
  calls integer NOT NULL,
  -- What the provider calls it.
  provider_id text,
  made_at timestamptz NOT NULL DEFAULT now(),
  submitted_at timestamptz,
  -- When to go on with it. Moving it is the lease of who does.
  next_at timestamptz NOT NULL,
  -- How often somebody set out to hand it over, or to ask for it.
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  CHECK (state = 'submitting' OR state = 'ended' OR provider_id IS NOT NULL)
);
CREATE INDEX model_batch_due ON model_batch (next_at) WHERE state <> 'ended';

-- One row an attempt of a step, sealed under its run's key: it goes when that goes.
CREATE TABLE model_batch_request (
  id uuid PRIMARY KEY,
  run uuid NOT NULL REFERENCES data_key ON DELETE CASCADE,
  tenant text COLLATE "C" NOT NULL,
  step_key text NOT NULL,
  provider text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  -- Requests of the same value may share a call, so many at most. Keyed hash.
  pack text,
  pack_size integer,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'submitted', 'answered', 'withdrawn')),
  batch uuid REFERENCES model_batch ON DELETE SET NULL,
  -- Its call in the batch, and its place there when others share it.
  number integer,
  place integer,
  -- Empty once it is answered.
  request bytea NOT NULL,
  answer bytea,
  filed_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((pack IS NULL) = (pack_size IS NULL)),
  CHECK ((state = 'answered') = (answer IS NOT NULL))
);
CREATE INDEX model_batch_request_run ON model_batch_request (run);
CREATE INDEX model_batch_request_waiting ON model_batch_request (provider, model, filed_at) WHERE state = 'waiting';
CREATE INDEX model_batch_request_batch ON model_batch_request (batch) WHERE batch IS NOT NULL;

-- The owner of a run hears from its inbox that an answer is there.
ALTER TABLE inbox DROP CONSTRAINT inbox_kind_check;
ALTER TABLE inbox ADD CONSTRAINT inbox_kind_check
  CHECK (kind IN ('decision', 'cancel', 'child', 'late-effect', 'batch')) NOT VALID;
ALTER TABLE inbox VALIDATE CONSTRAINT inbox_kind_check;

GRANT SELECT, INSERT, UPDATE, DELETE ON model_batch, model_batch_request TO bulkhead_worker;
ALTER TABLE model_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_batch_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY workers_only ON model_batch TO bulkhead_worker USING (true) WITH CHECK (true);
CREATE POLICY every_tenant ON model_batch_request TO bulkhead_worker USING (true) WITH CHECK (true);
