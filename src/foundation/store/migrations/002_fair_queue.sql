-- Which runs a worker may claim next: by lane, fairly across tenants, within limits.

-- Runs that may be under way at once. agent '' limits the tenant as a whole.
CREATE TABLE run_limit (
  tenant text NOT NULL REFERENCES tenant,
  agent text NOT NULL DEFAULT '',
  running integer NOT NULL CHECK (running >= 0),
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, agent)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON run_limit TO bulkhead_api;
GRANT SELECT ON run_limit TO bulkhead_worker;
ALTER TABLE run_limit ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON run_limit TO bulkhead_api
  USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
CREATE POLICY every_tenant ON run_limit TO bulkhead_worker USING (true) WITH CHECK (true);

-- The groups (lane, tenant, agent) that have ready runs. The index leads from one group to the next, so that ten
-- thousand runs of one tenant cost no more to pass than one. Of more than 200 groups of a lane 200 are looked at:
-- each call of a session goes on where the one before stopped, and round.
CREATE FUNCTION ready_groups(with_batch boolean)
RETURNS TABLE (ready_lane smallint, tenant text, agent text) LANGUAGE plpgsql AS $$
DECLARE
  last_lane smallint := CASE WHEN with_batch THEN 2 ELSE 1 END;
  setting text;
  start_tenant text;
  start_agent text;
  wrapped boolean;
BEGIN
  FOR walked IN -1..last_lane LOOP
    ready_lane := walked;
    setting := 'bulkhead.claimed_lane_' || walked + 1;
    start_tenant := coalesce(current_setting(setting || '_tenant', true), '');
    start_agent := coalesce(current_setting(setting || '_agent', true), '');
    tenant := start_tenant;
    agent := start_agent;
    wrapped := start_tenant = '';
    FOR passed IN 1..201 LOOP
      IF passed = 201 THEN
        PERFORM set_config(setting || '_tenant', tenant, false), set_config(setting || '_agent', agent, false);
        EXIT;
      END IF;
      SELECT run.tenant, run.agent INTO tenant, agent FROM run
        WHERE status = 'queued' AND run.ready_lane = walked
          AND (run.tenant, run.agent) > (ready_groups.tenant, ready_groups.agent)
        ORDER BY run.tenant, run.agent LIMIT 1;
      IF tenant IS NULL AND NOT wrapped THEN
        wrapped := true;
        SELECT run.tenant, run.agent INTO tenant, agent FROM run
          WHERE status = 'queued' AND run.ready_lane = walked ORDER BY run.tenant, run.agent LIMIT 1;
      END IF;
      IF tenant IS NULL OR (wrapped AND start_tenant <> '' AND (tenant, agent) > (start_tenant, start_agent)) THEN
        IF start_tenant <> '' THEN PERFORM set_config(setting || '_tenant', '', false); END IF;
        EXIT;
      END IF;
      RETURN NEXT;
    END LOOP;
  END LOOP;
END $$;

-- The ready runs that a worker should take next, at most `room + reserve`, best first.
--   busy_tenants, busy_runs: what the worker has under way already, a count beside each tenant.
--   reserve: places beyond `room` for runs of tenants that have nothing under way there.
--   ageing: after so long in a lane a run counts as one of the lane above, so that none waits for ever.
CREATE FUNCTION next_runs(room integer, reserve integer, busy_tenants text[], busy_runs integer[],
  with_batch boolean, ageing interval)
RETURNS uuid[] LANGUAGE plpgsql AS $$
BEGIN RETURN (
WITH ready_group AS MATERIALIZED (
  SELECT * FROM ready_groups(with_batch)
),
place AS (
  SELECT l.tenant, l.agent, l.running - (
    SELECT count(*) FROM run WHERE status = 'running' AND run.tenant = l.tenant
      AND (l.agent = '' OR run.agent = l.agent)) AS free
  FROM run_limit l WHERE l.tenant IN (SELECT tenant FROM ready_group)
),
open_group AS (
  SELECT g.*, CASE WHEN g.ready_lane >= 0 THEN whole.free END AS free_of_tenant,
    CASE WHEN g.ready_lane >= 0 THEN part.free END AS free_of_agent,
    -- With many tenants a few runs of each are enough: whoever asks comes again.
    greatest(1, 2 * (room + reserve) / (SELECT count(DISTINCT tenant) FROM ready_group)
      / count(*) OVER (PARTITION BY g.tenant)) AS share
  FROM ready_group g
  LEFT JOIN place whole ON whole.tenant = g.tenant AND whole.agent = ''
  LEFT JOIN place part ON part.tenant = g.tenant AND part.agent = g.agent AND part.agent <> ''
  -- Runs that are to be cancelled wait for no place: they are claimed to end.
  WHERE g.ready_lane < 0 OR (coalesce(whole.free, 1) > 0 AND coalesce(part.free, 1) > 0)
),
candidate AS (
  SELECT r.id, r.queued_at, g.tenant, g.agent, g.free_of_tenant, g.free_of_agent,
    g.ready_lane < 0 AS cancels,
    greatest(0, g.ready_lane - floor(extract(epoch FROM now() - r.queued_at) / extract(epoch FROM ageing))) AS lane
  FROM open_group g CROSS JOIN LATERAL (
    SELECT run.id, run.queued_at FROM run
    WHERE status = 'queued' AND run.ready_lane = g.ready_lane AND run.tenant = g.tenant AND run.agent = g.agent
    ORDER BY run.queued_at LIMIT g.share
  ) r
),
counted AS (
  SELECT *,
    row_number() OVER (PARTITION BY tenant ORDER BY lane, queued_at) AS of_tenant,
    row_number() OVER (PARTITION BY tenant, agent ORDER BY lane, queued_at) AS of_agent,
    -- What is to be cancelled goes before the rest of its own tenant, and not before others.
    row_number() OVER (PARTITION BY tenant, lane ORDER BY NOT cancels, queued_at) AS of_lane
  FROM candidate
),
-- A tenant's next run stands behind those of tenants that have fewer: under way, or before it in this list.
ranked AS (
  SELECT counted.*, coalesce(busy.runs, 0) AS under_way,
    row_number() OVER (ORDER BY lane, coalesce(busy.runs, 0) + of_lane, queued_at, id) AS position
  FROM counted LEFT JOIN unnest(busy_tenants, busy_runs) AS busy(tenant, runs) USING (tenant)
  WHERE of_tenant <= coalesce(free_of_tenant, of_tenant) AND of_agent <= coalesce(free_of_agent, of_agent)
)
SELECT array_agg(id ORDER BY position) FROM (
  SELECT id, position FROM ranked WHERE position <= room
  UNION
  (SELECT id, position FROM ranked WHERE position > room AND under_way = 0 AND of_tenant = 1
    ORDER BY position LIMIT reserve)
) chosen
);
END $$;

-- Gives ready runs to a worker whose lease holds, with all that their owner needs to know.
-- Claims stand in line: only so are shares and limits exact when many workers claim at once. The lock is held for
-- a moment, because a claim does not wait for the disk: a claim that a crash of the database takes back was
-- not acted upon, since the first frame of its owner is made durable after it.
CREATE FUNCTION claim_runs(claimer uuid, claimer_epoch bigint, room integer, reserve integer,
  busy_tenants text[], busy_runs integer[], with_batch boolean, ageing interval)
RETURNS TABLE (id uuid, tenant text, class text, agent text, kind text, version text, principal text,
  session text, parent uuid, parent_key text, lane smallint, budget jsonb, inbox integer, seen integer,
  host_deaths smallint, epoch bigint, created_at timestamptz, subject text, wrapped bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE chosen uuid[];
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_xact_lock(hashtextextended('bulkhead claim', 0));
  -- Each statement of a function sees what was committed before it began, so also the claim before this one.
  IF NOT EXISTS (SELECT FROM worker WHERE worker.id = claimer AND worker.epoch = claimer_epoch
      AND lease_until > clock_timestamp()) THEN
    RETURN;
  END IF;
  chosen := next_runs(room, reserve, busy_tenants, busy_runs, with_batch, ageing);
  IF chosen IS NULL THEN RETURN; END IF;
  RETURN QUERY
    WITH free AS (
      SELECT run.id FROM run WHERE run.id = ANY (chosen) AND status = 'queued' FOR UPDATE SKIP LOCKED
    )
    UPDATE run SET status = 'running', worker = claimer, epoch = claimer_epoch, wake_at = NULL,
      waiting_for = NULL, started_at = coalesce(started_at, now())
    FROM free WHERE run.id = free.id
    RETURNING run.id, run.tenant, run.class, run.agent, run.kind, run.version, run.principal, run.session,
      run.parent, run.parent_key, run.lane, run.budget, run.inbox, run.seen, run.host_deaths, run.epoch,
      run.created_at, (SELECT min(s.subject) FROM run_subject s WHERE s.run = run.id),
      (SELECT data_key.wrapped FROM data_key WHERE data_key.stream = run.id);
END $$;
REVOKE ALL ON FUNCTION ready_groups, next_runs, claim_runs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ready_groups, next_runs, claim_runs TO bulkhead_worker;
