import { setTimeout as sleep } from 'node:timers/promises';

/** How long a storm waits for something that must come, ms. */
const PATIENCE = 60_000;
const LOOK = 5;

/**
 * What `find` finds, once it is there.
 *
 * @throws Error that names `what` when it does not come within a minute
 * @example
 * const member = await until('a worker that is ready', () => crew.ready[0]);
 */
export async function until<Found>(
  what: string,
  find: () => Found | undefined | Promise<Found | undefined>,
): Promise<Found> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(LOOK)) {
    const found = await find();
    if (found !== undefined) return found;
  }
  throw new Error(`There was no ${what} for ${PATIENCE / 1_000} s.`);
}
