import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startChild } from '../child-process.ts';
import { cpuMilliseconds, residentMegabytes } from '../cost/process-tree.ts';

const program = fileURLToPath(new URL('./worker-process.ts', import.meta.url));

export type Beat = { beat: number; pid: number };
export type WorkerChild = { child: ChildProcess; pid: number; beats: Beat[]; end(): Promise<void> };

/** A bare engine in a process of its own; resolves when it claims. */
export async function startWorkerChild(url: string, capacity = 50): Promise<WorkerChild> {
  const child = startChild(process.execPath, ['--expose-gc', program, url, String(capacity)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const beats: Beat[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('exit', () => reject(new Error('A worker process ended before it was ready.')));
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Beat | { ready: number };
      if ('ready' in said) resolve(said.ready);
      else beats.push(said);
    });
  }
  const pid = await promise;
  return {
    child,
    pid,
    beats,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** A worker that has nothing to do. */
export type IdleCost = {
  megabytes: number;
  cpuPercent: number;
  /** What its heap holds once garbage is gone. */
  heapBytes: number;
};

/** Memory and processor time of a worker that has nothing to do, over so many seconds. */
export async function idleCost({ child, pid }: WorkerChild, seconds: number): Promise<IdleCost> {
  await sleep(2_000);
  const before = cpuMilliseconds(pid);
  await sleep(seconds * 1_000);
  const cpuPercent = (cpuMilliseconds(pid) - before) / (seconds * 10);
  const megabytes = residentMegabytes(pid);
  const answer = once(child, 'message');
  child.send('heap');
  const [heapBytes] = (await answer) as [number];
  return { megabytes, cpuPercent, heapBytes };
}
