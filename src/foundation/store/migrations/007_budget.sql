-- What tenants and their agents may spend by the hour, the day and the month, what of it workers hold, and what
-- runs cost.

-- agent '' limits the tenant as a whole. Money is whole billionths of a US dollar.
CREATE TABLE spend_limit (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant,
  agent text COLLATE "C" NOT NULL DEFAULT '',
  period text NOT NULL CHECK (period IN ('hour', 'day', 'month')),
  unit text NOT NULL CHECK (unit IN ('nano_usd', 'tokens')),
  amount bigint NOT NULL CHECK (amount >= 0),
  when_spent text NOT NULL DEFAULT 'fail' CHECK (when_spent IN ('fail', 'wait')),
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, agent, period, unit)
);

-- One row a period, in UTC. Workers lease slices out of it: all that they hold counts as spent until they give it
-- back, so what a dead worker held counts until the period ends.
CREATE TABLE spend_period (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant,
  agent text COLLATE "C" NOT NULL,
  period text NOT NULL,
  unit text NOT NULL,
  starts timestamptz NOT NULL,
  ends timestamptz NOT NULL,
  -- What is spent, and what workers hold beside it.
  leased bigint NOT NULL DEFAULT 0,
  spent bigint NOT NULL DEFAULT 0 CHECK (spent >= 0),
  -- Four fifths are spent, and it was said.
  warned boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, agent, period, unit, starts)
);

-- Leases `needed` at least and `wanted` at most out of the period that is now, less the nearer its end the budget
-- is, so that little lies idle then. No row: there is no such limit.
CREATE FUNCTION lease_spending(of_tenant text, of_agent text, of_period text, of_unit text, needed bigint, wanted bigint)
RETURNS TABLE (granted bigint, starts timestamptz, ends timestamptz, amount bigint, leased bigint, spent bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  cap bigint;
  began timestamptz := date_trunc(of_period, now(), 'UTC');
  held record;
  part bigint := 0;
BEGIN
  SELECT l.amount INTO cap FROM spend_limit l
    WHERE l.tenant = of_tenant AND l.agent = of_agent AND l.period = of_period AND l.unit = of_unit;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO spend_period (tenant, agent, period, unit, starts, ends)
    VALUES (of_tenant, of_agent, of_period, of_unit, began,
      (began AT TIME ZONE 'UTC' + ('1 ' || of_period)::interval) AT TIME ZONE 'UTC')
    ON CONFLICT DO NOTHING;
  IF FOUND THEN
    DELETE FROM spend_period p WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period
      AND p.unit = of_unit AND p.starts < now() - interval '400 days';
  END IF;
  -- The lock makes leases of one budget take turns: what is left is read and taken by one.
  SELECT p.ends, p.leased, p.spent INTO held FROM spend_period p
    WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period AND p.unit = of_unit
      AND p.starts = began FOR UPDATE;
  IF cap - held.leased >= needed THEN
    part := greatest(needed, least(wanted, (cap - held.leased) / 8));
    UPDATE spend_period p SET leased = p.leased + part
      WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period AND p.unit = of_unit
        AND p.starts = began;
  END IF;
  RETURN QUERY SELECT part, began, held.ends, cap, held.leased + part, held.spent;
END $$;

-- Counts what was spent out of a slice, and takes back what of it is not needed. A negative part is an attempt that
-- cost more than was thought. `warns`: four fifths are spent, and nobody has said so yet.
CREATE FUNCTION settle_spending(of_tenant text, of_agent text, of_period text, of_unit text, began timestamptz,
  used bigint, unused bigint)
RETURNS TABLE (warns boolean, amount bigint, spent bigint, ends timestamptz) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  cap bigint;
  held record;
  passed boolean;
BEGIN
  SELECT l.amount INTO cap FROM spend_limit l
    WHERE l.tenant = of_tenant AND l.agent = of_agent AND l.period = of_period AND l.unit = of_unit;
  SELECT p.warned, p.spent + used AS spent, p.ends INTO held FROM spend_period p
    WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period AND p.unit = of_unit
      AND p.starts = began FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  passed := coalesce(held.spent >= cap * 0.8, false);
  UPDATE spend_period p SET spent = held.spent, leased = p.leased - unused, warned = held.warned OR passed
    WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period AND p.unit = of_unit
      AND p.starts = began;
  RETURN QUERY SELECT passed AND NOT held.warned, cap, held.spent, held.ends;
END $$;

-- What each run cost by itself, without its children, by day (UTC) and model; tools under no model. Written with
-- the run's row from its journal, and kept when that is gone: it holds nothing but numbers.
CREATE TABLE run_usage (
  run uuid NOT NULL,
  tenant text COLLATE "C" NOT NULL,
  agent text COLLATE "C" NOT NULL,
  day date NOT NULL,
  model text COLLATE "C" NOT NULL,
  model_calls integer NOT NULL,
  tool_calls integer NOT NULL,
  input_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  nano_usd bigint NOT NULL,
  PRIMARY KEY (run, day, model)
);
CREATE INDEX run_usage_day ON run_usage (tenant, day);

GRANT SELECT, INSERT, UPDATE, DELETE ON spend_limit TO bulkhead_api;
GRANT SELECT ON spend_period, run_usage TO bulkhead_api;
GRANT SELECT ON spend_limit TO bulkhead_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON spend_period TO bulkhead_worker;
GRANT SELECT, INSERT, UPDATE ON run_usage TO bulkhead_worker;
GRANT EXECUTE ON FUNCTION lease_spending, settle_spending TO bulkhead_worker;
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['spend_limit', 'spend_period', 'run_usage'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_only ON %I TO bulkhead_api
      USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', name);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO bulkhead_worker USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;
