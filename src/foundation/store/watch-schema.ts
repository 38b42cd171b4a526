import type pg from 'pg';
import type { BulkheadError } from '../../contract/errors.ts';
import { findUnreadable } from './schema-migration.ts';

/** Short against the time for which whoever migrates waits for older processes. Milliseconds. */
const EVERY = 1_000;

/**
 * Looks every second whether a newer version has brought the database to a schema, or is about to, that this
 * process cannot work with.
 *
 * @param options.known the number of the schema that the code knows
 * @param options.onOutdated called once with the error that says so; the watch is over then
 * @example
 * const watch = watchSchema({ pool, known: 5, onOutdated: (error) => stop(error) });
 * watch.stop();
 */
export function watchSchema(options: {
  pool: pg.Pool;
  known: number;
  onOutdated: (error: BulkheadError) => void;
}): { stop(): void } {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const look = async () => {
    // A database that does not answer has not been changed either: the next look decides.
    const error = await findUnreadable(options.pool, options.known).catch(() => undefined);
    if (stopped) return;
    if (error === undefined) schedule();
    else options.onOutdated(error);
  };
  const schedule = () => {
    timer = setTimeout(() => void look(), EVERY);
    timer.unref();
  };
  schedule();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
