import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isLockTimeout } from './is-lock-timeout.ts';

/** Attempts to get the locks of one partition. Each makes writers wait for 250 ms at most. */
const ATTEMPTS = 8;
const PAUSE = 100;

/**
 * Makes the journal's partitions that are missing, from the current period into the days ahead. Cheap when
 * none is; done by one caller at a time. Until a partition is there, frames find their place in the rest.
 *
 * @param connection the owner's or a worker's
 * @returns the partitions made
 * @throws what the database says, when the locks could not be had in a few seconds
 * @example
 * await makePartitions(pool); // ['frame_standard_2026_03_01', 'frame_short_2026_03_02']
 */
export async function makePartitions(connection: pg.Pool | pg.Client): Promise<string[]> {
  const made: string[] = [];
  for (let attempt = 1; ; ) {
    try {
      const { rows } = await connection.query<{ partition: string | null }>(
        'SELECT make_next_frame_partition() AS partition',
      );
      const partition = rows[0]?.partition ?? null;
      if (partition === null) return made;
      made.push(partition);
    } catch (error) {
      if (!isLockTimeout(error) || attempt === ATTEMPTS) throw error;
      attempt += 1;
      await sleep(PAUSE * attempt);
    }
  }
}
