import { treeCpuMilliseconds } from '../../cost/process-tree.ts';
import type { DatabaseServer } from '../../database-server.ts';
import type { Growth } from '../../report.ts';
import { startBareEngine } from '../bare-engine.ts';
import { throughput } from '../throughput.ts';

/** At least so many, and twice as many as are in flight. */
const RUNS = 2_000;

/** So many runs at once in one worker. */
export async function byInFlight(server: DatabaseServer, levels: readonly number[]): Promise<Growth> {
  const rows: Growth['rows'] = [];
  for (const level of levels) {
    const url = await server.newDatabase();
    const engine = await startBareEngine(url, { capacity: level });
    const runs = Math.max(RUNS, 2 * level);
    const cpu = treeCpuMilliseconds();
    const runsPerSecond = await throughput(engine, 'memos', runs, level);
    rows.push({ level, values: [runsPerSecond, (treeCpuMilliseconds() - cpu) / (runs * 1.1)] });
    await engine.stop();
    await server.drop(url);
  }
  return {
    title: 'By runs in flight: in one worker of that capacity',
    axis: 'inFlight',
    columns: [
      { figure: 'runsPerSecond', unit: 'ten memos' },
      { figure: 'cpuMsPerRun', unit: 'ms, all processes' },
    ],
    rows,
  };
}
