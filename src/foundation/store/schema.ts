import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ResolvedBudget } from '../../contract/budget.ts';
import type { WaitReason } from '../../contract/entry.ts';
import type { Json } from '../../contract/json.ts';
import type { BundleManifest, DefinitionManifest } from '../../contract/manifest.ts';
import type { HoldScope } from '../../contract/retention.ts';
import type { ReviewKind, ReviewStatus } from '../../contract/review.ts';
import type { Outcome, RunKind, RunStatus } from '../../contract/run.ts';

type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** bigint and numeric come as text: they may be larger than a JavaScript number. */
type BigNumber = ColumnType<string, number | string | undefined, number | string>;

/** The tables, as `migrations/` makes them. */
export type Database = {
  tenant: { id: string; name: string; stream: string; wrapped_key: Buffer; created_at: Timestamp };
  api_key: {
    id: string;
    tenant: string;
    name: string;
    hash: Buffer;
    roles: string[];
    created_at: Timestamp;
    revoked_at: NullableTimestamp;
  };
  bundle: {
    tenant: string;
    version: string;
    code: Buffer;
    manifest: JSONColumnType<BundleManifest>;
    created_at: Timestamp;
  };
  deployment: {
    tenant: string;
    name: string;
    version: string;
    kind: 'agent' | 'workflow';
    definition: JSONColumnType<DefinitionManifest>;
    deployed_at: Timestamp;
  };
  worker: {
    id: string;
    epoch: BigNumber;
    started_at: Timestamp;
    lease_until: Timestamp;
    schema: Generated<number>;
  };
  run: {
    id: string;
    tenant: string;
    class: string;
    agent: string;
    kind: RunKind;
    version: string;
    principal: string;
    session: string | null;
    parent: string | null;
    parent_key: string | null;
    lane: Generated<number>;
    ready_lane: Generated<number>;
    status: Generated<RunStatus>;
    outcome: Generated<Outcome>;
    budget: JSONColumnType<ResolvedBudget>;
    webhook: string | null;
    inbox: Generated<number>;
    seen: Generated<number>;
    wake_at: NullableTimestamp;
    waiting_for: JSONColumnType<WaitReason[]> | null;
    worker: string | null;
    epoch: BigNumber | null;
    host_deaths: Generated<number>;
    error_code: string | null;
    input_tokens: BigNumber;
    output_tokens: BigNumber;
    usd: BigNumber;
    model_calls: Generated<number>;
    tool_calls: Generated<number>;
    created_at: Timestamp;
    queued_at: Timestamp;
    started_at: NullableTimestamp;
    finished_at: NullableTimestamp;
    schedule: string | null;
    tick: NullableTimestamp;
    continues: string | null;
    continued_as: string | null;
  };
  run_subject: { run: string; tenant: string; subject: string };
  inbox: {
    run: string;
    number: number;
    tenant: string;
    kind: 'decision' | 'cancel' | 'child' | 'late-effect';
    meta: JSONColumnType<{ [key: string]: Json }>;
    body: Buffer | null;
    filed_at: Timestamp;
  };
  data_key: { stream: string; tenant: string; wrapped: Buffer };
  frame: {
    class: string;
    stream: string;
    frame: number;
    tenant: string;
    epoch: BigNumber;
    previous: Buffer;
    hash: Buffer;
    meta: string;
    bodies: Buffer | null;
    transaction: Generated<string>;
    written_at: Timestamp;
  };
  review: {
    id: string;
    tenant: string;
    run: string;
    kind: ReviewKind;
    status: Generated<ReviewStatus>;
    agent: string;
    tool: string | null;
    step_key: string;
    binding: string;
    content: Buffer;
    decision: string | null;
    decided_by: string | null;
    created_at: Timestamp;
    expires_at: Timestamp;
    decided_at: NullableTimestamp;
  };
  kill_switch: {
    id: Generated<string>;
    tenant: string | null;
    target: string;
    reason: string;
    set_by: string;
    set_at: Timestamp;
  };
  idempotency_key: {
    tenant: string;
    key: string;
    request_hash: Buffer;
    status: number | null;
    response: string | null;
    created_at: Timestamp;
  };
  retention_class: {
    name: string;
    keep_days: number | null;
    period: 'week' | 'month' | null;
    ahead: Generated<number>;
  };
  frame_partition: {
    class: string;
    starts: Timestamp;
    ends: Timestamp;
    partition: string;
    first_id: string;
    after_id: string;
    closed_at: NullableTimestamp;
    closed_by: string | null;
    runs: BigNumber | null;
    frames: BigNumber | null;
    dropped_at: NullableTimestamp;
  };
  hold: {
    id: Generated<string>;
    tenant: string;
    scope: HoldScope;
    target: string | null;
    reason: string;
    set_by: string;
    set_at: Timestamp;
    released_by: string | null;
    released_at: NullableTimestamp;
  };
  webhook_delivery: {
    id: Generated<string>;
    tenant: string;
    run: string;
    url: string;
    event: string;
    status: Generated<'pending' | 'delivered' | 'given-up'>;
    attempts: Generated<number>;
    next_at: Timestamp;
    last_error: string | null;
    created_at: Timestamp;
    delivered_at: NullableTimestamp;
  };
};
