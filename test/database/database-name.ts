import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const prefix = 'bulkhead_test';
const pattern = /^bulkhead_test_([0-9a-z]+)_([0-9a-f]{8})_(\d+)_[0-9a-z]+$/;

/** A database of another machine's run is left over after this time. Milliseconds. */
const longestRun = 3_600_000;

/**
 * The beginning of the names of one run's databases: it tells when the run began, where, and as which process.
 *
 * @example
 * runPrefix({ now: Date.now(), pid: process.pid }); // 'bulkhead_test_t3k9x0_5f3a9c01_4711'
 */
export function runPrefix(run: { now: number; pid: number }): string {
  return `${prefix}_${Math.floor(run.now / 1000).toString(36)}_${machine()}_${run.pid}`;
}

/**
 * A name that no other database has.
 *
 * @example
 * uniqueName(runPrefix({ now: Date.now(), pid: process.pid }));
 */
export function uniqueName(run: string): string {
  return `${run}_${randomBytes(6).toString('hex')}`;
}

/**
 * Whether a database was left behind by a run that ended without clearing up. Of this machine's runs the
 * process is asked; of another's only the age can be known.
 *
 * @example
 * isLeftOver('postgres', { now: Date.now(), isAlive: () => true }); // false: not ours
 */
export function isLeftOver(name: string, facts: { now: number; isAlive: (pid: number) => boolean }): boolean {
  const [, began, where, pid] = pattern.exec(name) ?? [];
  if (began === undefined) return false;
  if (where === machine()) return !facts.isAlive(Number(pid));
  return facts.now - Number.parseInt(began, 36) * 1000 > longestRun;
}

/** Process numbers mean something within one machine, and within one container of it. */
function machine(): string {
  let processes = '';
  try {
    processes = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has such containers.
  }
  return createHash('sha256').update(`${hostname()} ${processes}`).digest('hex').slice(0, 8);
}
