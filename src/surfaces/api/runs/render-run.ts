import type { Selectable } from 'kysely';
import type { Entry } from '../../../contract/entry.ts';
import { isTerminal } from '../../../contract/run.ts';
import { decodeFrame, type FrameRow, type RunEnd } from '../../../foundation/journal/index.ts';
import { laneName } from '../../../foundation/queue/index.ts';
import type { Database } from '../../../foundation/store/index.ts';
import type { KeyRing } from '../../../foundation/vault/index.ts';
import type { Run } from '../schemas/run.ts';

/** A run's row, its wrapped key, and those frames of its journal that hold what went in and came out. */
export type RunRecord = Selectable<Database['run']> & {
  subject: string | null;
  /** Null when it was destroyed: the content is gone, the facts remain. */
  wrapped: Buffer | null;
  frames: FrameRow[];
};

/** A run as the API shows it. Its content comes from its own journal, nowhere else. */
export async function renderRun(record: RunRecord, keys: KeyRing): Promise<Run> {
  const entries = await openFrames(record, keys);
  const last = entries.at(-1);
  const ended = last?.meta.kind === `run.${record.status}` ? last.body : undefined;
  const succeeded = record.status === 'succeeded';
  return {
    id: record.id,
    agent: record.agent,
    kind: record.kind,
    version: record.version,
    status: record.status,
    outcome: record.outcome,
    input: entries.find(({ meta }) => meta.kind === 'run.created')?.body?.input ?? null,
    output: (succeeded ? ended?.output : undefined) ?? null,
    error: errorOf(record, ended?.error),
    ...(last?.meta.kind === 'run.succeeded' && last.meta.partial ? { partial: true } : {}),
    usage: {
      inputTokens: Number(record.input_tokens),
      outputTokens: Number(record.output_tokens),
      modelCalls: record.model_calls,
      toolCalls: record.tool_calls,
    },
    usd: Number(record.usd),
    lane: laneName(record.lane),
    session: record.session,
    subject: record.subject,
    parent: record.parent,
    schedule:
      record.schedule === null ? null : { id: record.schedule, tick: record.tick?.toISOString() ?? null },
    continues: record.continues,
    continuedAs: record.continued_as,
    waitingFor: waitingFor(record),
    createdAt: record.created_at.toISOString(),
    startedAt: record.started_at?.toISOString() ?? null,
    finishedAt: record.finished_at?.toISOString() ?? null,
  };
}

/** How a run ended, with all that its journal says of it; undefined while it has not. */
export async function endOf(record: RunRecord, keys: KeyRing): Promise<RunEnd | undefined> {
  const { status } = record;
  if (!isTerminal(status)) return undefined;
  const last = (await openFrames(record, keys)).at(-1);
  const { output, error = errorOf(record, undefined) } =
    (last?.meta.kind === `run.${status}` ? last.body : undefined) ?? {};
  return { status, output: output ?? null, ...(error === null ? {} : { error }) };
}

async function openFrames({ tenant, id, wrapped, frames }: RunRecord, keys: KeyRing): Promise<Entry[]> {
  if (wrapped === null) return [];
  const key = await keys.unwrap(tenant, id, wrapped);
  return frames.flatMap((frame) => decodeFrame(frame, key));
}

function errorOf(
  { error_code }: RunRecord,
  error: { code: string; message: string } | undefined,
): Run['error'] {
  if (error !== undefined) return { code: error.code, message: error.message };
  return error_code === null ? null : { code: error_code, message: 'The message is no longer readable.' };
}

function waitingFor({ status, waiting_for, wake_at }: RunRecord): Run['waitingFor'] {
  if (status !== 'waiting' || waiting_for === null) return [];
  const until = wake_at === null ? {} : { until: wake_at.toISOString() };
  return waiting_for.map((reason) => ({ ...reason, ...until }));
}
