import { setTimeout as sleep } from 'node:timers/promises';
import { startBareEngine } from './bare-engine.ts';
import { readRunRows } from './run-rows.ts';
import { onGreeting } from './workflows.ts';

const BEHIND = 10_000;
/** More than that are queued at first, because the large tenant's runs go on meanwhile. */
const QUEUED = 15_000;
const CHUNK = 500;

/**
 * Milliseconds from the submission of a small tenant's single run to its first step, while at least 10,000 runs of a
 * large tenant are queued before it and fill the worker.
 */
export async function smallTenantStarts(url: string, samples: number): Promise<number[]> {
  const rows = await readRunRows(url);
  const submitter = await startBareEngine(url, { capacity: 0 });
  for (let queued = 0; queued < QUEUED; queued += CHUNK) {
    await Promise.all(Array.from({ length: CHUNK }, () => submitter.submit('memos', {}, 'large')));
  }
  const engine = await startBareEngine(url, { capacity: 50 });
  const times: number[] = [];
  try {
    await sleep(500);
    while (times.length < samples && (await rows.count('queued')) >= BEHIND) {
      const first = new Promise<number>((resolve) => onGreeting(resolve));
      const submitted = performance.now();
      await submitter.submit('greeting', {}, 'small');
      times.push((await first) - submitted);
      await sleep(Math.random() * 50);
    }
  } finally {
    await engine.stop();
    await submitter.stop();
    await rows.close();
  }
  return times;
}
