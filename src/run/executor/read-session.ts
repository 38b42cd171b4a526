import type pg from 'pg';
import type { Entry } from '../../contract/entry.ts';
import type { Json } from '../../contract/json.ts';
import type { RunFacts } from '../../contract/run.ts';
import { decodeFrame, type FrameRow, readStreams } from '../../foundation/journal/index.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';

/** Turns of a conversation that a run is told of, and how many characters of them. */
const TURNS = 20;
const CHARACTERS = 40_000;

// Runs that continue one another are one turn: the first was asked, the last answered.
const SESSION_RUNS = `SELECT id, class, (
    WITH RECURSIVE chain AS (
      SELECT run.id, run.continues
      UNION ALL SELECT before.id, before.continues FROM chain JOIN run before ON before.id = chain.continues
    ) SELECT id FROM chain ORDER BY id LIMIT 1
  ) AS first
  FROM run WHERE tenant = $1 AND session = $2 AND id < $3 AND status = 'succeeded' AND continued_as IS NULL
    AND parent IS NULL
  ORDER BY id DESC LIMIT $4`;

/** The session's earlier turns as messages, oldest first: what was asked and what was answered. */
export async function readSession(pool: pg.Pool, keys: KeyRing, run: RunFacts): Promise<Json> {
  const { rows } = await pool.query<{ id: string; class: string; first: string }>({
    name: 'session-runs',
    text: SESSION_RUNS,
    values: [run.tenant, run.session, run.id, TURNS],
  });
  const streams = new Map<string, FrameRow[]>();
  // A definition may have been given another class of retention meanwhile.
  for (const retention of new Set(rows.map((row) => row.class))) {
    const ofClass = rows.filter((row) => row.class === retention).flatMap(({ id, first }) => [id, first]);
    for (const [id, frames] of await readStreams(pool, retention, [...new Set(ofClass)]))
      streams.set(id, frames);
  }
  const messages: Json[] = [];
  let characters = 0;
  // Newest first, so that what does not fit is the oldest.
  for (const { id, first } of rows) {
    const bodyOf = async (link: string, kind: Entry['meta']['kind']) => {
      const key = await keys.dataKey(run.tenant, link);
      const entries = (streams.get(link) ?? []).flatMap((frame) => decodeFrame(frame, key));
      return entries.findLast(({ meta }) => meta.kind === kind)?.body;
    };
    const asked = textOf((await bodyOf(first, 'run.created'))?.input);
    const answered = textOf((await bodyOf(id, 'run.succeeded'))?.output);
    characters += asked.length + answered.length;
    if (characters > CHARACTERS) break;
    messages.unshift(message('user', asked), message('assistant', answered));
  }
  return messages;
}

function message(role: string, text: string): Json {
  return { role, content: [{ type: 'text', text }] };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
