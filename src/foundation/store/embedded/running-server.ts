import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

/** What a server says about itself in its `postmaster.pid`. */
export type ServerNotice = {
  pid: number;
  port: number;
  /** `starting`, `stopping`, `ready` or `standby`; empty before the server wrote it. */
  status: string;
};

/** A living server of our own data folder. */
export type RunningServer = ServerNotice & ProcessIdentity;

/**
 * Reads the `postmaster.pid` of a data folder. Its lines are: process, data folder, start, port, socket
 * folder, address, shared memory, status (src/include/utils/pidfile.h of PostgreSQL).
 *
 * @returns undefined when there is none, or it is not written to its end yet.
 * @example
 * await readServerNotice('.bulkhead/postgres/data'); // { pid: 4711, port: 24017, status: 'ready' }
 */
export async function readServerNotice(data: string): Promise<ServerNotice | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !Number.isSafeInteger(port) || port <= 0) return undefined;
  return { pid, port, status: lines[7] ?? '' };
}

/**
 * Finds the living server of a data folder. A process counts only if it is a PostgreSQL server, was
 * started on this very folder, and runs as the folder's owner: the number in a stale `postmaster.pid`
 * may long belong to a stranger.
 *
 * @param data Real path of the data folder.
 * @example
 * const server = await findRunningServer('/srv/app/.bulkhead/postgres/data');
 * if (server?.status === 'ready') console.log(server.port);
 */
export async function findRunningServer(data: string): Promise<RunningServer | undefined> {
  const notice = await readServerNotice(data);
  if (notice === undefined) return undefined;
  const identity = identifyProcess(notice.pid);
  if (identity === undefined || !(await serves(notice.pid, data))) return undefined;
  return { ...notice, ...identity };
}

async function serves(pid: number, data: string): Promise<boolean> {
  const { uid: owner } = await stat(data);
  const found = process.platform === 'linux' ? await describeFromProc(pid) : await describeFromPs(pid);
  if (found === undefined || found.uid !== owner) return false;
  const [program = '', ...rest] = found.command;
  if (basename(program) !== 'postgres') return false;
  return rest.some((word, index) => word === '-D' && rest[index + 1] === data);
}

type Description = { uid: number; command: string[] };

/** `/proc/<pid>/exe` and `cwd` would say more, but root in a container without CAP_SYS_PTRACE may not read them. */
async function describeFromProc(pid: number): Promise<Description | undefined> {
  try {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return { uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]), command: command.split('\0') };
  } catch {
    return undefined;
  }
}

async function describeFromPs(pid: number): Promise<Description | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'uid=,command=', '-p', String(pid)]);
    const [, uid, command] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? [];
    if (uid === undefined || command === undefined) return undefined;
    // ps joins the words with spaces; the launcher puts `-D <folder>` first and `-p` after it.
    const [, program, folder] = /^(.*?) -D (.*?) -p /.exec(command) ?? [];
    if (program === undefined || folder === undefined) return undefined;
    return { uid: Number(uid), command: [program, '-D', folder] };
  } catch {
    return undefined;
  }
}
