import type pg from 'pg';
import type { Entry } from '../../../contract/entry.ts';
import type { RunStatus } from '../../../contract/run.ts';
import { decodeFrame, type FrameRow, readFrom } from '../../../foundation/journal/index.ts';
import type { KeyRing } from '../../../foundation/vault/index.ts';
import type { ShownEntry } from '../schemas/entry.ts';

export type JournalPage = {
  /** As of before the frames were read: when it is terminal, they are all there. */
  status: RunStatus;
  /** The run's key; null when it was destroyed. */
  wrapped: Buffer | null;
  frames: FrameRow[];
};

/** Frames of a run's journal from a number on; undefined when there is no such run. */
export async function readPage(
  client: pg.PoolClient,
  run: string,
  from: number,
  limit: number,
): Promise<JournalPage | undefined> {
  const { rows } = await client.query<{ class: string; status: RunStatus; wrapped: Buffer | null }>({
    name: 'run-standing',
    text: `SELECT run.class, run.status, data_key.wrapped
      FROM run LEFT JOIN data_key ON data_key.stream = run.id WHERE run.id = $1`,
    values: [run],
  });
  const found = rows[0];
  if (found === undefined) return undefined;
  const { class: retention, ...standing } = found;
  return { ...standing, frames: await readFrom(client, retention, run, from, limit) };
}

/** The page's entries as they are shown: facts always, content where its key is still there. */
export async function openPage(
  keys: KeyRing,
  run: { tenant: string; id: string },
  { wrapped, frames }: Pick<JournalPage, 'wrapped' | 'frames'>,
): Promise<ShownEntry[]> {
  const key = wrapped === null ? undefined : await keys.unwrap(run.tenant, run.id, wrapped);
  return frames.flatMap((row) => {
    const entries = key === undefined ? factsOf(row) : decodeFrame(row, key);
    return entries.map(({ meta, body }, index) => ({
      ...meta,
      frame: row.frame,
      index,
      ...(body === undefined ? {} : { content: body }),
    }));
  });
}

function factsOf({ meta }: FrameRow): Entry[] {
  return (JSON.parse(meta) as Entry['meta'][]).map((fact) => ({ meta: fact }));
}
