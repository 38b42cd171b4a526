-- How long journals are kept, and what holds them back. A class of retention is cut into partitions by the
-- time in its runs' ids (UUIDv7), so that what has expired is dropped as one table.

CREATE TABLE retention_class (
  name text PRIMARY KEY,
  -- Days after a run's end; null keeps it for ever.
  keep_days integer CHECK (keep_days BETWEEN 1 AND 36525),
  -- How long one partition lasts, in UTC; null: the class is one table.
  period text CHECK (period IN ('week', 'month')),
  -- How many periods after the current one have their partition made already.
  ahead smallint NOT NULL DEFAULT 0
);
INSERT INTO retention_class (name, keep_days, period, ahead)
  VALUES ('standard', 365, 'month', 3), ('short', 30, 'week', 4), ('permanent', NULL, NULL, 0);

CREATE TABLE frame_short PARTITION OF frame FOR VALUES IN ('short') PARTITION BY RANGE (stream);
CREATE TABLE frame_short_rest PARTITION OF frame_short DEFAULT;

-- One row a period. It stays when its partition is dropped: open, then closed (it is decided, and no frame
-- goes in any more), then dropped.
CREATE TABLE frame_partition (
  class text NOT NULL REFERENCES retention_class,
  starts timestamptz NOT NULL,
  ends timestamptz NOT NULL,
  -- The table; the class's rest where frames of the period were there before it could have one.
  partition text NOT NULL,
  -- Ids of its runs: the first that may be, and the first that is after them.
  first_id uuid NOT NULL,
  after_id uuid NOT NULL,
  closed_at timestamptz,
  closed_by text,
  runs bigint,
  frames bigint,
  dropped_at timestamptz,
  PRIMARY KEY (class, starts)
);

-- What must not be deleted, whatever its age. A released hold stays as a record.
CREATE TABLE hold (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text NOT NULL REFERENCES tenant,
  scope text NOT NULL CHECK (scope IN ('tenant', 'run', 'session', 'subject')),
  -- Which run, session or subject.
  target text CHECK ((target IS NULL) = (scope = 'tenant')),
  reason text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  released_by text,
  released_at timestamptz
);
CREATE INDEX hold_standing ON hold (tenant, set_at) WHERE released_at IS NULL;

GRANT SELECT ON retention_class, hold TO bulkhead_api, bulkhead_worker;
GRANT SELECT (class, first_id, after_id, closed_at, dropped_at) ON frame_partition TO bulkhead_api, bulkhead_worker;
GRANT INSERT, UPDATE (released_by, released_at) ON hold TO bulkhead_api;
ALTER TABLE hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON hold TO bulkhead_api
  USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
CREATE POLICY every_tenant ON hold TO bulkhead_worker USING (true) WITH CHECK (true);

-- Everything goes through `frame`. A grant on a partition would pass by the policies of `frame`: none is given,
-- and were one given, a wall without a door stands behind it.
ALTER TABLE frame_standard ENABLE ROW LEVEL SECURITY;
ALTER TABLE frame_standard_rest ENABLE ROW LEVEL SECURITY;
ALTER TABLE frame_short ENABLE ROW LEVEL SECURITY;
ALTER TABLE frame_short_rest ENABLE ROW LEVEL SECURITY;
ALTER TABLE frame_permanent ENABLE ROW LEVEL SECURITY;

-- What a worker still appends to a run that was deleted finds no partition and comes to the rest. Creators
-- (frame 0) and the owner's imports bring their run with them.
CREATE FUNCTION refuse_late_frame() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM run WHERE id = NEW.stream) THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'run % is not there any more', NEW.stream USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER late_frame BEFORE INSERT ON frame_standard_rest FOR EACH ROW
  WHEN (NEW.frame > 0 AND current_user IN ('bulkhead_api', 'bulkhead_worker')) EXECUTE FUNCTION refuse_late_frame();
CREATE TRIGGER late_frame BEFORE INSERT ON frame_short_rest FOR EACH ROW
  WHEN (NEW.frame > 0 AND current_user IN ('bulkhead_api', 'bulkhead_worker')) EXECUTE FUNCTION refuse_late_frame();

-- The smallest id that a UUIDv7 of this moment can have: 48 bits of milliseconds (RFC 9562), then zeros.
CREATE FUNCTION first_id_of(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$;

-- Makes the partition of the period that this moment is in. The owner's alone.
CREATE FUNCTION add_frame_partition(of_class text, moment timestamptz) RETURNS text
  LANGUAGE plpgsql SET search_path = public, pg_temp SET lock_timeout = '250ms' AS $$
DECLARE
  length text := (SELECT period FROM retention_class WHERE name = of_class);
  starts timestamptz := date_trunc(length, moment, 'UTC');
  ends timestamptz := (starts AT TIME ZONE 'UTC' + ('1 ' || length)::interval) AT TIME ZONE 'UTC';
  parent text := 'frame_' || of_class;
  rest text := parent || '_rest';
  leaf text := parent || to_char(starts AT TIME ZONE 'UTC', '_YYYY_MM_DD');
  taken boolean;
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE frame INCLUDING ALL)', leaf);
  EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, bulkhead_api, bulkhead_worker', leaf);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', leaf);
  -- Writers wait, for the lock's timeout at most, and then see the partition. Without this lock a frame on its
  -- way to the rest would be refused there, because by then it belongs into the partition.
  EXECUTE format('LOCK TABLE ONLY %I IN SHARE ROW EXCLUSIVE MODE', parent);
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE class = $1 AND stream >= $2 AND stream < $3)', rest)
    INTO taken USING of_class, first_id_of(starts), first_id_of(ends);
  IF taken THEN
    EXECUTE format('DROP TABLE %I', leaf);
    leaf := rest;
  ELSE
    -- ATTACH, because PARTITION OF would shut readers out of the whole class.
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, leaf,
      first_id_of(starts), first_id_of(ends));
  END IF;
  INSERT INTO frame_partition (class, starts, ends, partition, first_id, after_id)
    VALUES (of_class, starts, ends, leaf, first_id_of(starts), first_id_of(ends));
  RETURN leaf;
END $$;
REVOKE ALL ON FUNCTION add_frame_partition(text, timestamptz) FROM PUBLIC;

-- Makes one partition that is missing from now on into the days ahead, and names it; null when none is missing
-- or somebody else is at it. A worker may call it, and can choose nothing.
CREATE FUNCTION make_next_frame_partition() RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  missing record;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('bulkhead frame_partition', 0)) THEN RETURN NULL; END IF;
  SELECT rule.name AS class, wanted.starts INTO missing
  FROM retention_class rule
  CROSS JOIN LATERAL generate_series(0, rule.ahead) AS later(count)
  CROSS JOIN LATERAL (SELECT (date_trunc(rule.period, now() AT TIME ZONE 'UTC')
    + later.count * ('1 ' || rule.period)::interval) AT TIME ZONE 'UTC' AS starts) AS wanted
  WHERE rule.period IS NOT NULL
    AND NOT EXISTS (SELECT FROM frame_partition made WHERE made.class = rule.name AND made.starts = wanted.starts)
  ORDER BY wanted.starts, rule.name LIMIT 1;
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN add_frame_partition(missing.class, missing.starts);
END $$;
REVOKE ALL ON FUNCTION make_next_frame_partition() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_next_frame_partition() TO bulkhead_worker;

-- How each run stands with retention: in which partition its frames are, and what keeps them there. A run's
-- children are part of it, and so is the run that it continues as: they are held with it. Children wait for
-- their parent's end, too.
CREATE VIEW run_retention AS
WITH RECURSIVE held (id) AS (
  (SELECT run.id FROM hold JOIN run ON run.tenant = hold.tenant
     AND run.id = CASE WHEN hold.scope = 'run' THEN hold.target::uuid END
   WHERE hold.released_at IS NULL
   UNION ALL SELECT run.id FROM hold JOIN run ON run.tenant = hold.tenant AND run.session = hold.target
   WHERE hold.scope = 'session' AND hold.released_at IS NULL
   UNION ALL SELECT about.run FROM hold JOIN run_subject about ON about.tenant = hold.tenant
     AND about.subject = hold.target
   WHERE hold.scope = 'subject' AND hold.released_at IS NULL)
  UNION SELECT related.id FROM held CROSS JOIN LATERAL (
    SELECT child.id FROM run child WHERE child.parent = held.id
    UNION ALL SELECT earlier.continued_as FROM run earlier
    WHERE earlier.id = held.id AND earlier.continued_as IS NOT NULL
  ) related
)
SELECT run.id, run.tenant, run.class,
  coalesce(part.partition, 'frame_' || run.class || CASE WHEN rule.period IS NULL THEN '' ELSE '_rest' END) AS partition,
  run.status IN ('succeeded', 'failed', 'cancelled') AS terminal,
  coalesce(run.finished_at <= now() - rule.keep_days * interval '1 day', false) AS expired,
  EXISTS (SELECT FROM held WHERE held.id = run.id) OR EXISTS (SELECT FROM hold WHERE hold.tenant = run.tenant
    AND hold.scope = 'tenant' AND hold.released_at IS NULL) AS held,
  EXISTS (SELECT FROM run above WHERE above.id = run.parent
    AND above.status NOT IN ('succeeded', 'failed', 'cancelled')) AS awaited,
  run.id IN (SELECT told.run FROM webhook_delivery told WHERE told.status = 'pending'
    UNION ALL SELECT unnest(ARRAY[asked.run, asked.last_run]) FROM intake_message asked WHERE asked.reply = 'pending') AS untold
FROM run
JOIN retention_class rule ON rule.name = run.class
LEFT JOIN frame_partition part ON part.class = run.class AND part.first_id <= run.id AND run.id < part.after_id
  AND part.dropped_at IS NULL;
REVOKE ALL ON run_retention FROM PUBLIC;

DO $$ BEGIN WHILE make_next_frame_partition() IS NOT NULL LOOP END LOOP; END $$;
