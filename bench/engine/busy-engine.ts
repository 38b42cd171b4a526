import { startDatabaseMeter } from '../cost/database-meter.ts';
import { treeCpuMilliseconds } from '../cost/process-tree.ts';
import type { DatabaseServer } from '../database-server.ts';
import { startBareEngine } from './bare-engine.ts';
import { startGovernedWorker } from './governed.ts';
import { assertSucceeded, readRunRows } from './run-rows.ts';
import { idleTimes, throughput } from './throughput.ts';

const IN_FLIGHT = 50;

/** What a run costs: processor time of all processes together, and what is written for it. */
export type Busy = {
  runsPerSecond: number;
  cpuMsPerRun: number;
  commitsPerRun: number;
  bytesPerRun: number;
  walBytesPerRun: number;
};

type Driven = { runsPerSecond: number; cpuMsPerRun: number; runs: number };

/** Ten memos or ten write-ahead tools a run on the bare engine, 50 in flight. */
export function bareThroughput(
  server: DatabaseServer,
  agent: 'memos' | 'tools',
  runs: number,
): Promise<Busy> {
  return measured(server, async (url) => {
    const engine = await startBareEngine(url, { capacity: IN_FLIGHT });
    const cpu = treeCpuMilliseconds();
    const runsPerSecond = await throughput(engine, agent, runs, IN_FLIGHT);
    const all = runs + Math.ceil(runs / 10);
    const cpuMsPerRun = (treeCpuMilliseconds() - cpu) / all;
    await engine.stop();
    return { runsPerSecond, cpuMsPerRun, runs: all };
  });
}

/**
 * The same with all middlewares and the code host: 50 executing, as many more queued, so that the worker never waits
 * for its submitter.
 */
export function governedThroughput(server: DatabaseServer, runs: number): Promise<Busy> {
  return measured(server, async (url) => {
    const worker = await startGovernedWorker(url, IN_FLIGHT);
    const rows = await readRunRows(url);
    const warmUp = Math.ceil(runs / 10);
    await rows.drive(worker.submit, warmUp, 2 * IN_FLIGHT);
    const cpu = treeCpuMilliseconds();
    const started = performance.now();
    await rows.drive(worker.submit, runs, 2 * IN_FLIGHT);
    const runsPerSecond = runs / ((performance.now() - started) / 1_000);
    const cpuMsPerRun = (treeCpuMilliseconds() - cpu) / runs;
    await rows.close();
    await worker.stop();
    return { runsPerSecond, cpuMsPerRun, runs: runs + warmUp };
  });
}

/** Single runs of ten memos, one after the other, after a warm-up of a tenth, ms. */
export async function idle(server: DatabaseServer, runs: number): Promise<number[]> {
  const url = await server.newDatabase();
  const engine = await startBareEngine(url, { capacity: IN_FLIGHT });
  await idleTimes(engine, Math.ceil(runs / 10));
  const times = await idleTimes(engine, runs);
  await engine.stop();
  await server.drop(url);
  return times;
}

async function measured(server: DatabaseServer, drive: (url: string) => Promise<Driven>): Promise<Busy> {
  const url = await server.newDatabase();
  const written = await startDatabaseMeter(url);
  const { runs, ...driven } = await drive(url);
  const { commits, bytes, walBytes } = await written();
  const rows = await readRunRows(url);
  await assertSucceeded(rows, runs);
  await rows.close();
  await server.drop(url);
  return {
    ...driven,
    commitsPerRun: commits / runs,
    bytesPerRun: bytes / runs,
    walBytesPerRun: walBytes / runs,
  };
}
