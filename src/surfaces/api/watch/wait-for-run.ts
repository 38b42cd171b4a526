import { isTerminal } from '../../../contract/run.ts';
import type { RouteParts } from '../parts.ts';
import type { RunStanding } from './run-watcher.ts';

/**
 * Waits until a run ended or waits for a person. Where it goes on as a new one, that one is waited for.
 *
 * @param options.timeout milliseconds
 * @param options.signal fires when the caller has gone
 * @returns whether it did within the time, and the run that stands at the end of the chain by then
 */
export async function waitForRun(
  { watcher, clock }: Pick<RouteParts, 'watcher' | 'clock'>,
  run: { tenant: string; id: string },
  options: { timeout: number; signal: AbortSignal },
): Promise<{ settled: boolean; id: string }> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const timer = clock.sleep(options.timeout, over.signal).then(
    () => over.abort(),
    () => {},
  );
  try {
    for (let { id } = run; ; ) {
      const standing = await waitForLink(watcher, { ...run, id }, signal);
      const next = standing?.continuedAs ?? null;
      if (next === null) return { settled: hasSettled(standing), id };
      id = next;
    }
  } finally {
    over.abort();
    await timer;
  }
}

/** How one run of the chain stands when it has settled, or when the time is over. */
async function waitForLink(
  watcher: RouteParts['watcher'],
  run: { tenant: string; id: string },
  signal: AbortSignal,
): Promise<RunStanding | undefined> {
  const watch = await watcher.watch(run.tenant, run.id);
  try {
    while (!signal.aborted && !watch.ended && !hasSettled(watch.standing)) {
      await watch.changed(signal);
      // Nobody reads the text here; it is not to pile up.
      watch.takeDeltas();
    }
    return watch.standing;
  } finally {
    watch.close();
  }
}

function hasSettled(standing: RunStanding | undefined): boolean {
  if (standing === undefined) return false;
  if (isTerminal(standing.status)) return true;
  return standing.status === 'waiting' && standing.waitingFor.some((reason) => reason.for === 'review');
}
