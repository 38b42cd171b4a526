import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export type ProcessIdentity = {
  pid: number;
  /** Opaque: when the process started, and on which boot of the machine. Letters, digits, `-`. */
  started: string;
};

const hidden = 'hidden';

/**
 * Names a living process by its number and start, so that a reused number is told apart.
 * A process that has ended and waits to be collected counts as gone.
 *
 * Linux reads field 22 of `/proc/<pid>/stat` (proc_pid_stat(5)); other systems ask `ps`.
 *
 * @returns undefined when no such process lives.
 * @example
 * identifyProcess(process.pid); // { pid: 4711, started: '5f3a9c01-81234' }
 */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const started = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/**
 * Whether the very process that was identified still lives. When its start is hidden from this user
 * the answer is true: taking a live process for a dead one is the mistake that must not happen.
 *
 * @example
 * isSameProcessAlive({ pid: process.pid, started: 'long-ago' }); // false: the number was reused
 */
export function isSameProcessAlive(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  return now !== undefined && (now.started === identity.started || now.started === hidden);
}

function startFromProc(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return isHidden(pid) ? hidden : undefined;
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const ticks = fields[19];
  if (ticks === undefined || state === 'Z' || state === 'X') return undefined;
  const boot = readOrUndefined('/proc/sys/kernel/random/boot_id')?.slice(0, 8) ?? 'boot';
  return `${boot}-${ticks}`;
}

function startFromPs(pid: number): string | undefined {
  try {
    const output = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = '', ...start] = output.split(/\s+/);
    if (start.length === 0 || state.startsWith('Z')) return undefined;
    return start.join('-').replaceAll(/[^A-Za-z0-9-]/g, '-');
  } catch {
    return undefined;
  }
}

/** Whether /proc hides a living process of another user (the mount option hidepid). */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
