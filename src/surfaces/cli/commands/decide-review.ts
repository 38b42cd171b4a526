import { BulkheadError } from '../../../contract/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { reviewQuestion } from '../render/review-question.ts';

export type Decided = { decision: string; note?: string | undefined; output?: unknown };

/** `bulkhead review approve|deny|answer|resolve`: decides once; the run goes on with it. */
export async function decideReview(context: CommandContext, id: string, decided: Decided): Promise<void> {
  const { decision, note, output } = decided;
  const client = await context.client();
  const review = await client.decideReview(id, {
    decision,
    ...(note === undefined ? {} : { note }),
    ...(output === undefined ? {} : { output }),
  });
  context.answer(
    review,
    () =>
      `${decision}: ${reviewQuestion(review)}\nRun ${review.run} goes on. See it with: ${context.terminal.invocation} runs show ${review.run}\n`,
  );
}

/**
 * How `resolve` settles an effect of which nobody knows whether it happened.
 *
 * @param output JSON; what the tool is to have returned, for `record`
 * @throws BulkheadError `invalid_option`
 */
export function resolution(way: string, output: string | undefined): Decided {
  if (way !== 'record') {
    if (output === undefined) return { decision: way };
    throw invalid(`--output goes with record, not with ${way}. Leave it out.`);
  }
  if (output === undefined) {
    throw invalid(
      "record needs what the tool returned: add --output '<json>'. Give null where it returned nothing.",
    );
  }
  try {
    return { decision: way, output: JSON.parse(output) };
  } catch {
    throw invalid(
      `--output is not JSON: ${output}. Write it in single quotes, as in --output '{"ok":true}'.`,
    );
  }
}

function invalid(message: string): BulkheadError {
  return new BulkheadError({ code: 'invalid_option', message });
}
