import type pg from 'pg';
import { makePartitions } from './make-partitions.ts';

/** Partitions are made weeks ahead: looking this often is more than enough, ms. */
const LOOK = 60 * 60 * 1_000;

/**
 * Looks now and then whether the journal's next partitions are there, for installations that are not started
 * anew for months.
 *
 * @param options.pool a worker's
 * @example
 * const keeper = keepPartitions({ pool, log });
 * keeper.stop();
 */
export function keepPartitions(options: {
  pool: pg.Pool;
  log: (level: 'info' | 'warn', message: string, facts?: Record<string, unknown>) => void;
  /** Milliseconds between looks. Default one hour. */
  pause?: number;
}): { stop(): void } {
  const look = () =>
    makePartitions(options.pool).then(
      (partitions) => {
        if (partitions.length > 0)
          options.log('info', 'Partitions of the journal were made.', { partitions });
      },
      (error: unknown) =>
        options.log(
          'warn',
          'Partitions of the journal could not be made; frames go to the rest until then.',
          {
            error: error instanceof Error ? error.message : String(error),
          },
        ),
    );
  const timer = setInterval(look, options.pause ?? LOOK);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
