import { percentile, type Row } from '../report.ts';
import type { Busy } from './busy-engine.ts';
import type { WaitingCost } from './waiting.ts';

/** What is measured under load; `cpuMsPerRun` and what follows it are those of ten memos, as the peers' are. */
export function busyRows({ memos, tools, governed }: { memos: Busy; tools: Busy; governed?: Busy }): Row[] {
  return [
    { figure: 'tenStepRunsPerSecond', value: memos.runsPerSecond, unit: 'runs/s', better: 'more' },
    { figure: 'tenToolRunsPerSecond', value: tools.runsPerSecond, unit: 'runs/s', better: 'more' },
    ...more('governedRunsPerSecond', governed?.runsPerSecond, 'runs/s', 'more'),
    { figure: 'cpuMsPerRun', value: memos.cpuMsPerRun, unit: 'ms', better: 'less' },
    { figure: 'toolCpuMsPerRun', value: tools.cpuMsPerRun, unit: 'ms', better: 'less' },
    ...more('governedCpuMsPerRun', governed?.cpuMsPerRun, 'ms', 'less'),
    { figure: 'commitsPerRun', value: memos.commitsPerRun, unit: 'commits', better: 'less' },
    { figure: 'bytesPerRun', value: memos.bytesPerRun, unit: 'bytes kept', better: 'less' },
    { figure: 'walBytesPerRun', value: memos.walBytesPerRun, unit: 'bytes of log', better: 'less' },
  ];
}

/** Single runs of ten memos. */
export function idleRows(times: readonly number[]): Row[] {
  return [
    { figure: 'idleP50Ms', value: percentile(times, 0.5), unit: 'ms', better: 'less' },
    { figure: 'idleP99Ms', value: percentile(times, 0.99), unit: 'ms', better: 'less' },
  ];
}

/** A worker that has nothing to do, another one beside all that waits, and how that wakes. */
export function waitingRows(cost: WaitingCost): Row[] {
  const { before, after } = cost;
  return [
    { figure: 'workerIdleMegabytes', value: before.megabytes, unit: 'MB', better: 'less' },
    { figure: 'workerIdleCpuPercent', value: before.cpuPercent, unit: '% of a core', better: 'less' },
    { figure: 'workerWaitingMegabytes', value: after.megabytes, unit: 'MB', better: 'less' },
    { figure: 'workerWaitingCpuPercent', value: after.cpuPercent, unit: '% of a core', better: 'less' },
    {
      figure: 'waitingRunHeapBytes',
      value: cost.heapBytesPerRun,
      unit: 'bytes in the worker',
      better: 'less',
    },
    { figure: 'waitingRunBytes', value: cost.bytesPerRun, unit: 'bytes in the database', better: 'less' },
    { figure: 'wakeMs', value: cost.wakeMilliseconds, unit: 'ms for all', better: 'less' },
    { figure: 'wakeFirstMs', value: cost.firstAwake, unit: 'ms', better: 'less' },
    { figure: 'wakeLongestGapMs', value: cost.longestGap, unit: 'ms', better: 'less' },
  ];
}

function more(figure: string, value: number | undefined, unit: string, better: 'more' | 'less'): Row[] {
  return value === undefined ? [] : [{ figure, value, unit, better }];
}
