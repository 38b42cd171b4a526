import { treeCpuMilliseconds } from '../../cost/process-tree.ts';
import type { DatabaseServer } from '../../database-server.ts';
import type { Growth } from '../../report.ts';
import { startBareEngine } from '../bare-engine.ts';
import { assertSucceeded, readRunRows } from '../run-rows.ts';
import { startWorkerChild } from '../worker-child.ts';

const RUNS = 4_000;
const CAPACITY = 50;

/** So many worker processes on one database; this process only submits. */
export async function byWorkers(server: DatabaseServer, levels: readonly number[]): Promise<Growth> {
  const rows: Growth['rows'] = [];
  for (const level of levels) {
    const url = await server.newDatabase();
    const submitter = await startBareEngine(url, { capacity: 0 });
    const runRows = await readRunRows(url);
    const workers = await Promise.all(Array.from({ length: level }, () => startWorkerChild(url, CAPACITY)));
    const drive = (runs: number) =>
      runRows.drive(() => submitter.submit('memos'), runs, 2 * CAPACITY * level);
    await drive(RUNS / 10);
    const cpu = treeCpuMilliseconds();
    const started = performance.now();
    await drive(RUNS);
    const runsPerSecond = RUNS / ((performance.now() - started) / 1_000);
    rows.push({ level, values: [runsPerSecond, (treeCpuMilliseconds() - cpu) / RUNS] });
    await assertSucceeded(runRows, RUNS * 1.1);
    for (const worker of workers) await worker.end();
    await runRows.close();
    await submitter.stop();
    await server.drop(url);
  }
  return {
    title: `By worker processes: ${CAPACITY} executing in each, as many more queued, submitted from a process beside them`,
    axis: 'workers',
    columns: [
      { figure: 'runsPerSecond', unit: 'ten memos' },
      { figure: 'cpuMsPerRun', unit: 'ms, all processes' },
    ],
    rows,
  };
}
