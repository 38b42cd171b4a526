import type { DatabaseServer } from '../../database-server.ts';
import type { Growth } from '../../report.ts';
import { startBareEngine } from '../bare-engine.ts';
import { throughput } from '../throughput.ts';

/** Written at each level, steps' results alone, kB. */
const CONTENT = 60_000;
const MOST_RUNS = 2_000;

/** Ten steps that return so many kilobytes each. */
export async function byEntrySize(server: DatabaseServer, levels: readonly number[]): Promise<Growth> {
  const rows: Growth['rows'] = [];
  for (const level of levels) {
    const url = await server.newDatabase();
    const engine = await startBareEngine(url, { capacity: 50 });
    const runs = Math.min(MOST_RUNS, Math.ceil(CONTENT / (10 * level)));
    const runsPerSecond = await throughput(engine, 'sized', runs, 50, { kilobytes: level });
    rows.push({ level, values: [runsPerSecond, (runsPerSecond * 10 * level) / 1_000] });
    await engine.stop();
    await server.drop(url);
  }
  return {
    title: 'By size of entries: ten memos that return so many kB each, 50 in flight',
    axis: 'kilobytes',
    columns: [
      { figure: 'runsPerSecond', unit: 'ten memos' },
      { figure: 'contentMegabytesPerSecond', unit: 'MB/s sealed and kept' },
    ],
    rows,
  };
}
