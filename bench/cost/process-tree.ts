import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ on Linux: a tick is a hundredth of a second. */
const MILLISECONDS_PER_TICK = 10;

type Process = { pid: number; parent: number; ticks: number };

/**
 * Processor time of this process and of all that descend from it, in ms: our worker, code hosts, PostgreSQL with
 * its backends, a Redis. What ended meanwhile counts in whoever waited for it.
 */
export function treeCpuMilliseconds(root = process.pid): number {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (read(Number(name)) ?? []) : []));
  const children = Map.groupBy(all, ({ parent }) => parent);
  let ticks = 0;
  const pending = all.filter(({ pid }) => pid === root);
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    ticks += one.ticks;
    pending.push(...(children.get(one.pid) ?? []));
  }
  return ticks * MILLISECONDS_PER_TICK;
}

/** Processor time of one process, in ms. */
export function cpuMilliseconds(pid: number): number {
  return (read(pid)?.ticks ?? Number.NaN) * MILLISECONDS_PER_TICK;
}

/** Memory that a process has in use, in MB (VmRSS). */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

/** From proc(5), `stat`: field 4 is the parent, 14 to 17 are user and system time, its own and of children that it waited for. */
function read(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
    const ticks = (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0);
    return { pid, parent: Number(fields[1]), ticks };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}
