import type pg from 'pg';
import type { FrameRow } from './frame.ts';

const COLUMNS = 'class, stream, frame, tenant, epoch, previous, hash, meta, bodies';

type StoredRow = Omit<FrameRow, 'epoch'> & { epoch: string };

const OWNED = `EXISTS (SELECT FROM run
  WHERE run.id = frame.stream AND run.status = 'running' AND run.worker = $3 AND run.epoch = $4)`;

/**
 * The frames of several streams of one class, each stream's in order. Streams without frames are absent.
 *
 * @param owner only of runs whose rows name this worker and epoch, seen at the same moment as the frames
 */
export async function readStreams(
  connection: pg.Pool | pg.PoolClient,
  retention: string,
  streams: readonly string[],
  owner?: { worker: string; epoch: number },
): Promise<Map<string, FrameRow[]>> {
  const { rows } = await connection.query<StoredRow>({
    name: owner === undefined ? 'read-streams' : 'read-owned-streams',
    text: `SELECT ${COLUMNS} FROM frame WHERE class = $1 AND stream = ANY($2::uuid[])
      ${owner === undefined ? '' : `AND ${OWNED}`} ORDER BY stream, frame`,
    values: [retention, streams, ...(owner === undefined ? [] : [owner.worker, owner.epoch])],
  });
  const result = new Map<string, FrameRow[]>();
  for (const row of rows) {
    const frames = result.get(row.stream);
    const frame = { ...row, epoch: Number(row.epoch) };
    if (frames === undefined) result.set(row.stream, [frame]);
    else frames.push(frame);
  }
  return result;
}

/** The frames of one stream from number `from` on, at most `limit`. */
export async function readFrom(
  connection: pg.Pool | pg.PoolClient,
  retention: string,
  stream: string,
  from: number,
  limit = 1_000,
): Promise<FrameRow[]> {
  const { rows } = await connection.query<StoredRow>({
    name: 'read-from',
    text: `SELECT ${COLUMNS} FROM frame WHERE class = $1 AND stream = $2 AND frame >= $3 ORDER BY frame LIMIT $4`,
    values: [retention, stream, from, limit],
  });
  return rows.map((row) => ({ ...row, epoch: Number(row.epoch) }));
}
