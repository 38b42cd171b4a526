-- What each worker holds of a budget, so that what a dead one held comes back: less what its calls may have cost,
-- which the journal knows.

CREATE TABLE spend_slice (
  tenant text COLLATE "C" NOT NULL REFERENCES tenant,
  agent text COLLATE "C" NOT NULL,
  period text NOT NULL,
  unit text NOT NULL,
  starts timestamptz NOT NULL,
  -- The worker's.
  epoch bigint NOT NULL,
  -- Leased, and neither told as spent nor given back.
  held bigint NOT NULL,
  -- Calls that began before are settled and told: by the database's clock, and by the worker's, milliseconds.
  since timestamptz NOT NULL,
  mark bigint NOT NULL,
  -- What was told of calls that began later.
  told bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, agent, period, unit, starts, epoch)
);

-- Frames come in the order of time, so that a few bytes for each block find those of the last minutes.
CREATE INDEX frame_written ON frame USING brin (written_at) WITH (autosummarize = on);

DROP FUNCTION lease_spending(text, text, text, text, bigint, bigint);
DROP FUNCTION settle_spending(text, text, text, text, timestamptz, bigint, bigint);

-- Leases `needed` at least and `wanted` at most out of the period that is now, less the nearer its end the budget
-- is, so that little lies idle then. No row: there is no such limit. To a worker that was declared dead nothing.
CREATE FUNCTION lease_spending(of_tenant text, of_agent text, of_period text, of_unit text, needed bigint,
  wanted bigint, of_epoch bigint, at bigint)
RETURNS TABLE (granted bigint, starts timestamptz, ends timestamptz, amount bigint, leased bigint, spent bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  cap bigint;
  began timestamptz := date_trunc(of_period, now(), 'UTC');
  counted record;
  part bigint := 0;
BEGIN
  IF NOT EXISTS (SELECT FROM worker w WHERE w.epoch = of_epoch) THEN
    RAISE EXCEPTION 'The worker of the epoch % is not registered any more.', of_epoch;
  END IF;
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
  SELECT p.ends, p.leased, p.spent INTO counted FROM spend_period p
    WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period AND p.unit = of_unit
      AND p.starts = began FOR UPDATE;
  IF cap - counted.leased >= needed THEN
    part := greatest(needed, least(wanted, (cap - counted.leased) / 8));
    UPDATE spend_period p SET leased = p.leased + part
      WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period AND p.unit = of_unit
        AND p.starts = began;
    INSERT INTO spend_slice AS s (tenant, agent, period, unit, starts, epoch, held, since, mark)
      VALUES (of_tenant, of_agent, of_period, of_unit, began, of_epoch, part, now(), at)
      ON CONFLICT (tenant, agent, period, unit, starts, epoch) DO UPDATE SET held = s.held + excluded.held;
  END IF;
  RETURN QUERY SELECT part, began, counted.ends, cap, counted.leased + part, counted.spent;
END $$;

-- Counts what was spent out of a slice, and takes back what of it is not needed. A negative part is an attempt that
-- cost more than was thought. `warns`: four fifths are spent, and nobody has said so yet.
-- With an epoch it is that worker's slice, and nothing happens when that was taken back meanwhile; without one it is
-- nobody's. `age`, `at` and `of_later` say from when on calls are not settled and told; null leaves it as it was.
CREATE FUNCTION settle_spending(of_tenant text, of_agent text, of_period text, of_unit text, began timestamptz,
  used bigint, unused bigint, of_epoch bigint, age bigint, at bigint, of_later bigint)
RETURNS TABLE (warns boolean, amount bigint, spent bigint, ends timestamptz) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  cap bigint;
  counted record;
  passed boolean;
BEGIN
  SELECT l.amount INTO cap FROM spend_limit l
    WHERE l.tenant = of_tenant AND l.agent = of_agent AND l.period = of_period AND l.unit = of_unit;
  -- The period before the slice, as leases lock them.
  SELECT p.warned, p.spent + used AS spent, p.ends INTO counted FROM spend_period p
    WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period AND p.unit = of_unit
      AND p.starts = began FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF of_epoch IS NOT NULL THEN
    UPDATE spend_slice s SET held = s.held - used - unused,
      since = coalesce(now() - age * interval '1 millisecond', s.since),
      mark = coalesce(at, s.mark), told = coalesce(of_later, s.told)
      WHERE s.tenant = of_tenant AND s.agent = of_agent AND s.period = of_period AND s.unit = of_unit
        AND s.starts = began AND s.epoch = of_epoch;
    IF NOT FOUND THEN RETURN; END IF;
    DELETE FROM spend_slice s WHERE s.tenant = of_tenant AND s.agent = of_agent AND s.period = of_period
      AND s.unit = of_unit AND s.starts = began AND s.epoch = of_epoch AND s.held = 0;
  END IF;
  passed := coalesce(counted.spent >= cap * 0.8, false);
  UPDATE spend_period p SET spent = counted.spent, leased = p.leased - unused,
    warned = counted.warned OR passed
    WHERE p.tenant = of_tenant AND p.agent = of_agent AND p.period = of_period AND p.unit = of_unit
      AND p.starts = began;
  RETURN QUERY SELECT passed AND NOT counted.warned, cap, counted.spent, counted.ends;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON spend_slice TO bulkhead_worker;
GRANT EXECUTE ON FUNCTION lease_spending, settle_spending TO bulkhead_worker;
ALTER TABLE spend_slice ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_tenant ON spend_slice TO bulkhead_worker USING (true) WITH CHECK (true);
