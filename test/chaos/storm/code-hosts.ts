import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  identifyProcess,
  type ProcessIdentity,
} from '../../../src/foundation/store/embedded/process-identity.ts';

export type CodeHost = ProcessIdentity & { worker: number };

/**
 * The code hosts of these workers as processes, each with its worker's number, in order.
 *
 * @example
 * await codeHostsOf(crew.ready.map(({ pid }) => pid)); // [{ pid: 4712, started: '5f3a9c01-81234', worker: 4711 }]
 */
export async function codeHostsOf(workers: readonly (number | undefined)[]): Promise<CodeHost[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,ppid=,command='], {
    maxBuffer: 16_000_000,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (!workers.includes(Number(parent)) || !command.includes(' --permission ')) return [];
    const identity = identifyProcess(Number(pid));
    return identity === undefined ? [] : [{ ...identity, worker: Number(parent) }];
  });
}
