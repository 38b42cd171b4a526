import { startDatabaseMeter } from '../cost/database-meter.ts';
import { treeCpuMilliseconds } from '../cost/process-tree.ts';
import { percentile } from '../report.ts';

const IN_FLIGHT = 50;
const IDLE_RUNS = 50;

/** Another engine with its ten-step workflow. */
export type PeerEngine = {
  /** One run, from its submission until its end is recorded there. */
  run(): Promise<unknown>;
  stop(): Promise<void>;
};

/**
 * The same measurements as ours: throughput with 50 in flight and single runs, each after a warm-up of a tenth. It is
 * opened for each of the two, so that the cost of the first is its own.
 *
 * @param options.url of its PostgreSQL database, where it has one
 */
export async function measurePeer(
  open: () => Promise<PeerEngine>,
  options: { runs: number; url?: string },
): Promise<Record<string, number>> {
  const { runs, url } = options;
  // The first opening may make its tables.
  await (await open()).stop();
  const written = url === undefined ? undefined : await startDatabaseMeter(url);
  const busy = await open();
  const warmUp = Math.ceil(runs / 10);
  await drive(busy.run, warmUp);
  const cpu = treeCpuMilliseconds();
  const started = performance.now();
  await drive(busy.run, runs);
  const tenStepRunsPerSecond = runs / ((performance.now() - started) / 1_000);
  const cpuMsPerRun = (treeCpuMilliseconds() - cpu) / runs;
  await busy.stop();
  const all = await written?.();
  const perRun = (sum: number) => sum / (runs + warmUp);

  const idle = await open();
  const times: number[] = [];
  for (let run = 0; run < IDLE_RUNS / 10; run += 1) await idle.run();
  for (let run = 0; run < IDLE_RUNS; run += 1) {
    const before = performance.now();
    await idle.run();
    times.push(performance.now() - before);
  }
  await idle.stop();
  return {
    tenStepRunsPerSecond,
    idleP50Ms: percentile(times, 0.5),
    idleP99Ms: percentile(times, 0.99),
    cpuMsPerRun,
    ...(all === undefined
      ? {}
      : {
          commitsPerRun: perRun(all.commits),
          bytesPerRun: perRun(all.bytes),
          walBytesPerRun: perRun(all.walBytes),
        }),
  };
}

async function drive(run: () => Promise<unknown>, runs: number): Promise<void> {
  let left = runs;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}
