/** A table as an archive holds it. */
export type ArchivedTable = {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of the table that an archive deliberately leaves out; a row that is imported takes their defaults. */
  readonly leftOut?: readonly string[];
  /** Migrations put rows into it: it counts as empty with these, and a row of the archive takes the place of one. */
  readonly seeded?: boolean;
};

/**
 * What an archive holds, in the order in which the tables lean on each other. A test compares this with the
 * schema that the migrations make: a new table or column stands here, or among what is left out.
 */
export const ARCHIVED_TABLES: readonly ArchivedTable[] = [
  { name: 'tenant', columns: ['id', 'name', 'stream', 'wrapped_key', 'created_at'] },
  {
    name: 'api_key',
    columns: ['id', 'tenant', 'name', 'hash', 'roles', 'created_at', 'revoked_at'],
  },
  { name: 'bundle', columns: ['tenant', 'version', 'code', 'manifest', 'created_at'] },
  {
    name: 'deployment',
    columns: ['tenant', 'name', 'version', 'kind', 'definition', 'deployed_at'],
  },
  { name: 'run_limit', columns: ['tenant', 'agent', 'running', 'set_by', 'set_at'] },
  {
    name: 'spend_limit',
    columns: ['tenant', 'agent', 'period', 'unit', 'amount', 'when_spent', 'set_by', 'set_at'],
  },
  {
    name: 'spend_period',
    columns: ['tenant', 'agent', 'period', 'unit', 'starts', 'ends', 'leased', 'spent', 'warned'],
  },
  { name: 'retention_class', columns: ['name', 'keep_days', 'period', 'ahead'], seeded: true },
  {
    // Of a partition that stands there, an import makes its like (restore-partitions.ts); what was dropped is a record.
    name: 'frame_partition',
    columns: [
      ...['class', 'starts', 'ends', 'partition', 'first_id', 'after_id', 'closed_at', 'closed_by'],
      ...['runs', 'frames', 'dropped_at'],
    ],
    seeded: true,
  },
  {
    name: 'hold',
    columns: [
      ...['id', 'tenant', 'scope', 'target', 'reason', 'set_by', 'set_at', 'released_by', 'released_at'],
    ],
  },
  {
    name: 'schedule',
    columns: [
      ...['id', 'tenant', 'name', 'agent', 'wrapped_key', 'input', 'cron', 'timezone', 'lane', 'budget'],
      ...['subject', 'session', 'overlap', 'catch_up', 'paused', 'next_at', 'last_tick', 'last_run'],
      ...['last_error', 'principal', 'created_at', 'changed_at'],
    ],
  },
  {
    name: 'run',
    columns: [
      ...[
        'id',
        'tenant',
        'class',
        'agent',
        'kind',
        'version',
        'principal',
        'session',
        'parent',
        'parent_key',
      ],
      ...[
        'lane',
        'ready_lane',
        'status',
        'outcome',
        'budget',
        'webhook',
        'inbox',
        'seen',
        'wake_at',
        'waiting_for',
      ],
      ...['worker', 'epoch', 'host_deaths', 'error_code', 'input_tokens', 'output_tokens', 'usd'],
      ...['model_calls', 'tool_calls', 'created_at', 'queued_at', 'started_at', 'finished_at'],
      ...['schedule', 'tick', 'continues', 'continued_as'],
    ],
  },
  {
    name: 'run_usage',
    columns: [
      ...['run', 'tenant', 'agent', 'day', 'model', 'model_calls', 'tool_calls', 'input_tokens'],
      ...['output_tokens', 'nano_usd'],
    ],
  },
  { name: 'run_subject', columns: ['run', 'tenant', 'subject'] },
  { name: 'inbox', columns: ['run', 'number', 'tenant', 'kind', 'meta', 'body', 'filed_at'] },
  { name: 'data_key', columns: ['stream', 'tenant', 'wrapped'] },
  {
    name: 'frame',
    columns: [
      ...['class', 'stream', 'frame', 'tenant', 'epoch', 'previous', 'hash', 'meta', 'bodies', 'written_at'],
    ],
    // Numbers of transactions mean something to the server alone that gave them out.
    leftOut: ['transaction'],
  },
  {
    name: 'review',
    columns: [
      ...['id', 'tenant', 'run', 'kind', 'status', 'agent', 'tool', 'step_key', 'binding', 'content'],
      ...['decision', 'decided_by', 'created_at', 'expires_at', 'decided_at'],
    ],
  },
  { name: 'kill_switch', columns: ['id', 'tenant', 'target', 'reason', 'set_by', 'set_at'] },
  {
    name: 'idempotency_key',
    columns: ['tenant', 'key', 'request_hash', 'status', 'response', 'created_at'],
  },
  {
    name: 'intake_message',
    columns: [
      ...[
        'tenant',
        'source',
        'message',
        'body_hash',
        'run',
        'last_run',
        'received_at',
        'reply_to',
        'correlation_id',
        'reply',
        'attempts',
        'next_at',
      ],
      ...['last_error', 'replied_at'],
    ],
  },
  {
    name: 'webhook_delivery',
    columns: [
      ...['id', 'tenant', 'run', 'url', 'event', 'status', 'attempts', 'next_at', 'last_error'],
      ...['created_at', 'delivered_at'],
    ],
  },
];

/** Tables that no archive holds, and why. */
export const LEFT_OUT_TABLES: Readonly<Record<string, string>> = {
  cache_entry: 'answers that may be given again: they are asked for anew',
  cache_clearing: 'which of those answers must not be given again',
  semantic_hit: 'what was learnt of answers that are left out; the hits stand in the journal',
  cache_use: 'counts of hits that stand in the journal',
  routing_sample: 'what calls have shown of their tiers: later calls show it too',
  routing_route: 'what was learned from those: it is trained anew',
  model_batch: 'batches that a provider works on: whoever handed them over hears of them',
  model_batch_request: 'calls in those batches: a run that waits for one files it anew',
  worker: 'leases of processes that are at work on this very database',
  spend_slice: 'what workers hold of budgets: none is there while an archive is made, and it counts as spent',
  provider_health: 'what workers found of providers lately: they find it again',
  schema_migration: 'which migrations made this very database; the header tells the number',
};

/** Counters that go on above what they have given out. */
export const ARCHIVED_SEQUENCES: readonly string[] = ['worker_epoch'];
