import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** How often the rows are looked at, ms. */
const LOOK = 10;

/** The runs of an installation as their rows tell it, whichever process works on them. */
export type RunRows = {
  /** Queued or running. */
  unfinished(): Promise<number>;
  count(status: 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed'): Promise<number>;
  /** Those that wait for a point in time up to the given one, ms since 1970. */
  asleepUntil(time: number): Promise<number>;
  /** Milliseconds since 1970, ascending: when the runs ended that did so after a point in time. */
  finishedAfter(time: number): Promise<number[]>;
  /** Submits so many runs, never more ahead than given, and resolves when none is unfinished. */
  drive(submit: () => Promise<unknown>, runs: number, ahead: number): Promise<void>;
  close(): Promise<void>;
};

export async function readRunRows(url: string): Promise<RunRows> {
  const owner = new pg.Client(url);
  await owner.connect();
  // One question an index: each of the two is kept for its status alone.
  const unfinished = async () => {
    const { rows } = await owner.query<{ runs: number }>({
      name: 'unfinished',
      text: `SELECT ((SELECT count(*) FROM run WHERE status = 'queued')
        + (SELECT count(*) FROM run WHERE status = 'running'))::int AS runs`,
    });
    return rows[0]?.runs ?? 0;
  };
  return {
    unfinished,
    async count(status) {
      const text = 'SELECT count(*)::int AS runs FROM run WHERE status = $1';
      return (await owner.query<{ runs: number }>(text, [status])).rows[0]?.runs ?? 0;
    },
    async asleepUntil(time) {
      const text = `SELECT count(*)::int AS runs FROM run
        WHERE status = 'waiting' AND wake_at <= to_timestamp($1::float8 / 1000)`;
      return (await owner.query<{ runs: number }>(text, [time])).rows[0]?.runs ?? 0;
    },
    async finishedAfter(time) {
      const { rows } = await owner.query<{ at: string }>(
        `SELECT extract(epoch FROM finished_at) * 1000 AS at FROM run
         WHERE finished_at >= to_timestamp($1::float8 / 1000) ORDER BY finished_at`,
        [time],
      );
      return rows.map(({ at }) => Number(at));
    },
    async drive(submit, runs, ahead) {
      let submitted = 0;
      for (;;) {
        const left = await unfinished();
        if (submitted === runs && left === 0) return;
        const more = Math.min(ahead - left, runs - submitted);
        if (more > 0) {
          submitted += more;
          await Promise.all(Array.from({ length: more }, submit));
        } else {
          await sleep(LOOK);
        }
      }
    },
    close: () => owner.end(),
  };
}

/** A run that fails is a fast run: a figure counts only when all that were submitted succeeded. */
export async function assertSucceeded(rows: RunRows, runs: number): Promise<void> {
  const succeeded = await rows.count('succeeded');
  if (succeeded < runs) throw new Error(`Of ${runs} runs only ${succeeded} succeeded; no figure is given.`);
}
