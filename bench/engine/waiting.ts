import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabaseMeter } from '../cost/database-meter.ts';
import { type BareEngine, startBareEngine } from './bare-engine.ts';
import { assertSucceeded, type RunRows, readRunRows } from './run-rows.ts';
import { type IdleCost, idleCost, startWorkerChild } from './worker-child.ts';

const DAY = 86_400_000;
const CHUNK = 1_000;
const CAPACITY = 200;
/** Submitted and not yet waiting, at most: the queue stays short. */
const AHEAD = 4_000;

export type WaitingCost = {
  /** A worker that has just started, beside no run and beside all that wait. */
  before: IdleCost;
  after: IdleCost;
  /** What the worker that executed them until they waited still holds of each, once garbage is gone. */
  heapBytesPerRun: number;
  /** What a waiting run takes in the database, tables and indexes. */
  bytesPerRun: number;
  /** From the moment for which so many runs had slept to the end of the last one, ms. */
  wakeMilliseconds: number;
  /** To the end of the first one, ms. */
  firstAwake: number;
  /** The longest time in it in which no run ended, ms. */
  longestGap: number;
};

/** Real runs that sleep: for a day to see what they cost, for one common moment to see how they wake. */
export async function waitingCost(
  url: string,
  options: { runs: number; woken: number; seconds: number },
): Promise<WaitingCost> {
  const submitter = await startBareEngine(url, { capacity: 0 });
  await submitter.stop();
  const written = await startDatabaseMeter(url);
  const first = await startWorkerChild(url, CAPACITY);
  const before = await idleCost(first, options.seconds);
  const started = Date.now();
  await putToSleep(url, options.runs, started + DAY);
  const millisecondsPerRun = (Date.now() - started) / options.runs;
  const held = (await idleCost(first, 1)).heapBytes - before.heapBytes;
  await first.end();
  const bytesPerRun = (await written()).bytes / options.runs;
  const fresh = await startWorkerChild(url, CAPACITY);
  const after = await idleCost(fresh, options.seconds);
  await fresh.end();
  const woken = await wakeAtOnce(url, options.woken, millisecondsPerRun);
  // What a start leaves for the first collection outweighs what little is kept for work.
  return { before, after, heapBytesPerRun: Math.max(0, held) / options.runs, bytesPerRun, ...woken };
}

async function wakeAtOnce(
  url: string,
  runs: number,
  millisecondsPerRun: number,
): Promise<Pick<WaitingCost, 'wakeMilliseconds' | 'firstAwake' | 'longestGap'>> {
  const worker = await startWorkerChild(url);
  const rows = await readRunRows(url);
  try {
    // Long enough for all to be asleep by then, which is checked.
    const moment = Date.now() + 5_000 + 2 * runs * millisecondsPerRun;
    await putToSleep(url, runs, moment);
    if (Date.now() > moment) throw new Error('The runs that should wake together fell asleep too late.');
    await sleep(moment - Date.now());
    while ((await rows.asleepUntil(moment)) > 0 || (await rows.unfinished()) > 0) await sleep(100);
    await assertSucceeded(rows, runs);
    const ends = await rows.finishedAfter(moment);
    const gaps = ends.map((end, index) => end - (ends[index - 1] ?? moment));
    return {
      wakeMilliseconds: (ends.at(-1) ?? Number.NaN) - moment,
      firstAwake: gaps[0] ?? Number.NaN,
      longestGap: Math.max(...gaps),
    };
  } finally {
    await rows.close();
    await worker.end();
  }
}

async function putToSleep(url: string, runs: number, until: number): Promise<void> {
  const submitter = await startBareEngine(url, { capacity: 0 });
  const rows = await readRunRows(url);
  try {
    for (let submitted = 0; submitted < runs; submitted += CHUNK) {
      await nextChunk(submitter, Math.min(CHUNK, runs - submitted), until);
      await untilUnfinished(rows, AHEAD);
    }
    await untilUnfinished(rows, 0);
  } finally {
    await rows.close();
    await submitter.stop();
  }
}

async function nextChunk(submitter: BareEngine, runs: number, until: number): Promise<void> {
  await Promise.all(Array.from({ length: runs }, () => submitter.submit('sleeping', { until })));
}

async function untilUnfinished(rows: RunRows, atMost: number): Promise<void> {
  while ((await rows.unfinished()) > atMost) await sleep(20);
}
