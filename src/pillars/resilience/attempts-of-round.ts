import type { Entry } from '../../contract/entry.ts';
import { isProviderFailure } from './provider-failure.ts';

/** What the journal says of a model call that is entered, again perhaps, and perhaps by another worker. */
export type AttemptsOfRound = {
  /** The number of the last attempt, of whichever model; 0 before the first. */
  last: number;
  /** Codes of the failed attempts, by model, since the call last waited for a provider. */
  failures: ReadonlyMap<string, readonly string[]>;
  /** How often the call has waited for a provider. */
  waits: number;
};

/**
 * Reads a step's entries. A round ends when the call waits for a provider: then every model is asked anew.
 *
 * @example
 * attemptsOfRound(step.entries).failures.get('openai/gpt-5-mini'); // ['provider_unavailable', 'provider_unavailable']
 */
export function attemptsOfRound(entries: readonly Entry[]): AttemptsOfRound {
  let last = 0;
  let waits = 0;
  const failures = new Map<string, string[]>();
  for (const { meta } of entries) {
    if (meta.kind === 'model.started') last = Math.max(last, meta.attempt);
    if (meta.kind === 'model.postponed') {
      waits += 1;
      failures.clear();
    }
    if (meta.kind !== 'model.attempted' || !isProviderFailure(meta.code)) continue;
    failures.set(meta.model, [...(failures.get(meta.model) ?? []), meta.code]);
  }
  return { last, failures, waits };
}
