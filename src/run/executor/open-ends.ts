import type { RunFacts } from '../../contract/run.ts';
import type { RunJournal } from './run-journal.ts';
import { runState } from './run-state.ts';
import type { ExecutorServices } from './services.ts';

/** Nobody is asked any more on behalf of a run that ends. */
export async function withdrawReviews(journal: RunJournal, { reviews }: ExecutorServices): Promise<void> {
  const { openReviews } = journal.views.of(runState);
  if (openReviews.size > 0) await reviews.withdraw([...openReviews]);
}

/** No child outlives its parent. Returns the children whose end is still to come. */
export async function cancelChildren(
  journal: RunJournal,
  services: ExecutorServices,
  run: RunFacts,
): Promise<{ key: string; child: string }[]> {
  const { openChildren } = journal.views.of(runState);
  if (openChildren.size === 0) return [];
  const alive = await services.cancelChildren(run, [...openChildren.values()]);
  return [...openChildren].flatMap(([key, child]) => (alive.includes(child) ? [{ key, child }] : []));
}
