import { BulkheadError } from '../../contract/errors.ts';

/** The code does not ask for what the journal says that it asked for. */
export function replayDivergence(recorded: string, asked: string): BulkheadError {
  return new BulkheadError({
    code: 'replay_divergence',
    message: `The journal holds ${recorded}, but the code ${asked}. A workflow must be deterministic: take time, chance and the outside world from its context (now, random, memo), and change its code in a new version only.`,
    endsRun: true,
    details: { recorded, asked },
  });
}
