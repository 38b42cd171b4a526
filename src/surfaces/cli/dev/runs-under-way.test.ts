import { expect, it } from 'vitest';
import type { Run } from '../client/index.ts';
import { sampleRun } from '../testing/samples.ts';
import { runsUnderWay } from './runs-under-way.ts';

function clientOf(runs: Run[]) {
  return {
    listRuns: async ({ status }: Record<string, string | undefined>) => ({
      runs: runs.filter((run) => status === undefined || run.status === status),
      nextCursor: null,
    }),
  };
}

it('finds what goes on by itself, the oldest first, and nothing else', async () => {
  const runs = [
    sampleRun({ id: '5', status: 'queued' }),
    sampleRun({ id: '4', status: 'running' }),
    sampleRun({ id: '3', status: 'waiting', waitingFor: [{ for: 'timer', key: 'sleep.1' }] }),
    sampleRun({ id: '2', status: 'waiting', waitingFor: [{ for: 'review', key: 'tool:credit.1' }] }),
    sampleRun({ id: '1', status: 'succeeded' }),
  ];
  const { underWay, any } = await runsUnderWay(clientOf(runs));
  expect(underWay.map(({ id }) => id)).toEqual(['3', '4', '5']);
  expect(any).toBe(true);
});

it('knows a database in which nothing ever ran', async () => {
  expect(await runsUnderWay(clientOf([]))).toEqual({ underWay: [], any: false });
});
