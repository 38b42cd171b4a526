import { setTimeout as sleep } from 'node:timers/promises';
import type { BareEngine } from './bare-engine.ts';
import { startWorkerChild, type WorkerChild } from './worker-child.ts';

/** Milliseconds from kill -9 of the worker that executes a run to the run's next step in another one. */
export async function takeovers(url: string, submitter: BareEngine, kills: number): Promise<number[]> {
  const times: number[] = [];
  let one = await startWorkerChild(url);
  let other = await startWorkerChild(url);
  for (let kill = 0; kill < kills; kill += 1) {
    await submitter.submit('beating', { beats: 1_000 });
    const owner = await whoeverBeats([one, other]);
    const heir = owner === one ? other : one;
    await sleep(100 + Math.random() * 400);
    const before = heir.beats.length;
    owner.child.kill('SIGKILL');
    const killed = Date.now();
    while (heir.beats.length === before) await sleep(5);
    times.push((heir.beats[before]?.beat ?? Number.NaN) - killed);
    await heir.end();
    [one, other] = await Promise.all([startWorkerChild(url), startWorkerChild(url)]);
  }
  await one.end();
  await other.end();
  return times;
}

async function whoeverBeats(workers: WorkerChild[]): Promise<WorkerChild> {
  for (const worker of workers) worker.beats.length = 0;
  for (;;) {
    const found = workers.find(({ beats }) => beats.length > 3);
    if (found !== undefined) return found;
    await sleep(5);
  }
}
