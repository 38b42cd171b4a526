/**
 * When a run was named, in milliseconds since the epoch: whoever tells of it tells the same, the one that made it and
 * the one that finds it.
 *
 * @param run a UUIDv7, which begins with that time
 * @example
 * bornAt('01989e3c-0000-7000-8000-000000000001'); // 1755001389056
 */
export function bornAt(run: string): number {
  return Number.parseInt(run.replace('-', '').slice(0, 12), 16);
}
