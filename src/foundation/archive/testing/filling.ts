/**
 * One row at least of every table that creating a tenant and a run does not fill. `$version` is that of the
 * bundle, `$run` a run's id, `$id` any.
 */
export const FILLING: readonly string[] = [
  `INSERT INTO api_key (id, tenant, name, hash, roles, revoked_at)
   VALUES ('k1', 'acme', 'ci', '\\x0001ff', '{admin,"odd, \\"role\\"",NULL}', 'infinity')`,
  `INSERT INTO bundle (tenant, version, code, manifest)
   VALUES ('acme', '$version', '\\x00ff0a0d22', '{"big": 12345678901234567890.123, "text": "\\u2028é"}')`,
  `INSERT INTO deployment (tenant, name, version, kind, definition)
   VALUES ('acme', 'support', '$version', 'agent', '{}')`,
  `INSERT INTO run_limit (tenant, running, set_by) VALUES ('acme', 3, 'ann')`,
  `INSERT INTO spend_limit (tenant, period, unit, amount, set_by) VALUES ('acme', 'month', 'nano_usd', 9000000000000000, 'ann')`,
  `INSERT INTO spend_period (tenant, agent, period, unit, starts, ends, leased, spent)
   VALUES ('acme', '', 'month', 'nano_usd', '2026-03-01Z', '2026-04-01Z', 9000000000000000, 12345678901)`,
  `INSERT INTO run_usage (run, tenant, agent, day, model, model_calls, tool_calls, input_tokens, output_tokens, nano_usd)
   VALUES ('$run', 'acme', 'support', '2026-03-01', 'local', 1, 0, 10, 5, 123456789)`,
  `INSERT INTO hold (tenant, scope, target, reason, set_by) VALUES ('acme', 'run', '$run', 'Lawsuit', 'ann')`,
  `INSERT INTO schedule (id, tenant, name, agent, wrapped_key, input, cron, timezone, principal, next_at)
   VALUES ('$id', 'acme', 'nightly', 'support', '\\x01', '\\x02', '0 3 * * *', 'Europe/Zurich', 'k1', now())`,
  // Kept for another time than migrations say; a period of long ago has a partition, an older one had.
  `UPDATE retention_class SET keep_days = 1234 WHERE name = 'standard'`,
  `SELECT add_frame_partition('standard', '2025-02-14')`,
  `INSERT INTO frame_partition (class, starts, ends, partition, first_id, after_id, dropped_at)
   VALUES ('standard', '2025-01-01Z', '2025-02-01Z', 'frame_standard_2025_01_01', first_id_of('2025-01-01Z'),
     first_id_of('2025-02-01Z'), '2026-01-01')`,
  `INSERT INTO inbox (run, number, tenant, kind, meta, body)
   VALUES ('$run', 1, 'acme', 'cancel', '{"principal": "ada"}', NULL)`,
  `INSERT INTO review (id, tenant, run, kind, agent, step_key, binding, content, expires_at)
   VALUES ('$id', 'acme', '$run', 'approval', 'support', 'pay#1', 'ab', '', '2030-01-01 00:00:00.000001+00')`,
  `INSERT INTO kill_switch (tenant, target, reason, set_by) VALUES (NULL, '*', 'Incident', 'ann')`,
  `INSERT INTO idempotency_key (tenant, key, request_hash, status, response)
   VALUES ('acme', 'once', '\\xff', 202, '{"id":"1"}')`,
  `INSERT INTO webhook_delivery (tenant, run, url, event) VALUES ('acme', '$run', 'https://example.org', 'run.failed')`,
  `INSERT INTO intake_message (tenant, source, message, body_hash, run, last_run, correlation_id)
   VALUES ('acme', 'orders', 'm1', '\\xff', '$run', '$run', 'c1')`,
];
