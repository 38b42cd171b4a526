import type { ApiClient, Run } from '../client/index.ts';

/** The runs of an earlier start. */
export type EarlierRuns = {
  /** Those that go on by themselves, the oldest first; what waits for a person is not among them. */
  underWay: Run[];
  /** Whether there ever was a run. */
  any: boolean;
};

/** Shown at most; `bulkhead runs` shows all. */
const PAGE = '100';

/** Looks what a process that ended left to be done. */
export async function runsUnderWay(client: Pick<ApiClient, 'listRuns'>): Promise<EarlierRuns> {
  const list = async (query: Record<string, string>) => (await client.listRuns(query)).runs;
  const [latest, ...lists] = await Promise.all([
    list({ limit: '1' }),
    ...['queued', 'running', 'waiting'].map((status) => list({ status, limit: PAGE })),
  ]);
  // A run may pass from one list to the next between two questions.
  const runs = new Map(lists.flat().map((run) => [run.id, run]));
  const underWay = [...runs.values()]
    .filter(({ waitingFor }) => !waitingFor.some((reason) => reason.for === 'review'))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return { underWay, any: latest !== undefined && latest.length > 0 };
}
