import { setImmediate as othersTurn } from 'node:timers/promises';
import type pg from 'pg';
import type { Entry } from '../../../contract/entry.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { RunFacts } from '../../../contract/run.ts';
import { decodeFrame, type FrameRow } from '../../../foundation/journal/index.ts';
import type { KeyRing } from '../../../foundation/vault/index.ts';
import { SESSION_SUMMARY, summaryText } from '../../host/compaction-request.ts';
import type { SessionMemories, SessionMemory } from './session-memory.ts';
import type { Summary } from './turn.ts';
import { turnOfRun } from './turn-of-run.ts';

/** The latest turns that a run can be told of, and how many of them are opened in one go. */
const TURNS = 1_000;
const IN_ONE_GO = 50;

// Runs that continue one another are one turn: the first was asked, the last answered. A run without its key has
// been erased, from what workers remember too.
const SESSION_RUNS = `SELECT id, class, CASE WHEN continues IS NULL THEN id ELSE (
    WITH RECURSIVE chain AS (
      SELECT run.id, run.continues
      UNION ALL SELECT before.id, before.continues FROM chain JOIN run before ON before.id = chain.continues
    ) SELECT id FROM chain ORDER BY id LIMIT 1
  ) END AS first
  FROM run WHERE tenant = $1 AND session = $2 AND id < $3 AND status = 'succeeded' AND continued_as IS NULL
    AND parent IS NULL AND EXISTS (SELECT FROM data_key WHERE data_key.stream = run.id)
  ORDER BY id DESC LIMIT $4`;

// Only the frames that say something of the turn: what tools returned is left where it is.
const TELLING_FRAMES = `SELECT frame.class, frame.stream, frame.frame, frame.tenant, frame.epoch, frame.previous,
    frame.hash, frame.meta, frame.bodies, data_key.wrapped
  FROM frame JOIN data_key ON data_key.stream = frame.stream AND data_key.tenant = $1
  WHERE frame.class = $2 AND frame.stream = ANY($3::uuid[])
    AND (frame.frame = 0 OR strpos(frame.meta, '"kind":"run.succeeded"') > 0
      OR strpos(frame.meta, '"key":"${SESSION_SUMMARY}"') > 0)
  ORDER BY frame.stream, frame.frame`;

type SessionRun = { id: string; class: string; first: string };

/**
 * Takes the session's earlier turns into the worker's memory.
 *
 * @returns the runs whose turns may be told, latest first, and what is remembered of them
 */
export async function readTurns(
  { pool, keys, memories }: { pool: pg.Pool; keys: KeyRing; memories: SessionMemories },
  run: RunFacts,
): Promise<{ runs: string[]; memory: SessionMemory }> {
  const session = run.session ?? '';
  const { rows } = await pool.query<SessionRun>({
    name: 'session-runs',
    text: SESSION_RUNS,
    values: [run.tenant, session, run.id, TURNS],
  });
  const runs = rows.map(({ id }) => id);
  if (holdsErased(memories.of(run.tenant, session), runs, run.id)) memories.forget(run.tenant, session);
  const memory = memories.of(run.tenant, session);
  const unread = rows.filter(({ id }) => !memory.turns.has(id));
  for (let start = 0; start < unread.length; start += IN_ONE_GO) {
    const some = unread.slice(start, start + IN_ONE_GO);
    const entries = await readEntries({ pool, keys }, run.tenant, some);
    for (const { id, first } of some) {
      const created = lastOf(entries.get(first), 'run.created');
      const succeeded = lastOf(entries.get(id), 'run.succeeded');
      memory.add(id, turnOfRun(id, created, succeeded), summaryOf(entries.get(id)));
    }
    await othersTurn();
  }
  memories.shrink();
  return { runs, memory };
}

/** Whether something is remembered that can no longer be read: its key was destroyed, so it goes from here too. */
function holdsErased(memory: SessionMemory, runs: readonly string[], before: string): boolean {
  const there = new Set(runs);
  const oldest = runs.length < TURNS ? '' : (runs.at(-1) ?? '');
  return [...memory.turns.keys()].some((id) => id >= oldest && id < before && !there.has(id));
}

async function readEntries(
  { pool, keys }: { pool: pg.Pool; keys: KeyRing },
  tenant: string,
  runs: readonly SessionRun[],
): Promise<Map<string, Entry[]>> {
  const entries = new Map<string, Entry[]>();
  // A definition may have been given another class of retention meanwhile.
  for (const retention of new Set(runs.map((run) => run.class))) {
    const streams = runs.flatMap((run) => (run.class === retention ? [run.id, run.first] : []));
    const { rows } = await pool.query<FrameRow & { wrapped: Buffer }>({
      name: 'telling-frames',
      text: TELLING_FRAMES,
      values: [tenant, retention, [...new Set(streams)]],
    });
    for (const { wrapped, ...frame } of rows) {
      const key = await keys.unwrap(tenant, frame.stream, wrapped);
      const known = entries.get(frame.stream) ?? [];
      entries.set(frame.stream, [...known, ...decodeFrame({ ...frame, epoch: Number(frame.epoch) }, key)]);
    }
  }
  return entries;
}

function lastOf(entries: readonly Entry[] | undefined, kind: Entry['meta']['kind']): Entry | undefined {
  return entries?.findLast(({ meta }) => meta.kind === kind);
}

/** The summary that a run made of the session, and the turn up to which it goes: its request names that. */
function summaryOf(entries: readonly Entry[] | undefined): Summary | undefined {
  const made = entries?.find(
    ({ meta }) => meta.kind === 'model.completed' && meta.key === SESSION_SUMMARY && meta.outcome === 'ok',
  )?.body;
  const asked = made?.prompt?.messages.at(-1) as
    | { providerOptions?: { bulkhead?: { upTo?: unknown } } }
    | undefined;
  const upTo = asked?.providerOptions?.bulkhead?.upTo;
  if (typeof upTo !== 'string') return undefined;
  const text = summaryText(made?.output as unknown as ModelResponse | undefined);
  return text === undefined ? undefined : { text, upTo };
}
