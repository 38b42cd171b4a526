import { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { attemptsOfRound } from './attempts-of-round.ts';
import { cannotAnswer, isDown, isDownCode, STREAM_CUT, wasShown } from './provider-failure.ts';
import { MAX_ATTEMPTS } from './run-attempts.ts';

/** A model that could not answer. */
type Failure = { model: string; error: BulkheadError };

/**
 * Asks the candidates of a call in their order until one answers. It goes on to the next where a model cannot
 * answer, and only there: a bad request is bad everywhere, a control's refusal is final, and an answer of which part
 * was shown ends as `provider_stream_cut`.
 *
 * After a takeover it goes on where the journal says that it was.
 *
 * @throws the error of the candidate that may answer soonest; where none may, that of the first
 */
export function fallback(): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'fallback',
    async handle(call, next) {
      const { failures, left } = standing(call);
      for (const model of left) {
        try {
          return await next({ ...call, model });
        } catch (error) {
          if (call.signal.aborted || !cannotAnswer(error))
            throw wasShown(error) ? brokenOff(error, model) : error;
          failures.push({ model, error });
        }
      }
      throw together(failures);
    },
  };
}

/** Candidates that failed before a takeover, and those that are still to be asked. */
function standing({ candidates, model, step }: ModelCall): { failures: Failure[]; left: string[] } {
  const models = [
    ...new Set(candidates.length === 0 ? [model] : candidates.map((candidate) => candidate.model)),
  ];
  const { failures } = attemptsOfRound(step.entries);
  const failed = models.flatMap((name): Failure[] => {
    const codes = failures.get(name) ?? [];
    const code = codes.at(-1);
    // Of other codes the journal does not say whether the request or the model was refused: it is asked again.
    if (code === undefined || codes.length < MAX_ATTEMPTS || !isDownCode(code)) return [];
    return [{ model: name, error: earlierFailure(name, code) }];
  });
  const left = models.filter((name) => failed.every((failure) => failure.model !== name));
  // A crash between the last failure and what follows from it costs an attempt of each.
  return left.length === 0 ? { failures: [], left: models } : { failures: failed, left };
}

function earlierFailure(model: string, code: string): BulkheadError {
  return new BulkheadError({
    code,
    message: `${model} could not answer in ${MAX_ATTEMPTS} attempts.`,
    status: 503,
    retryable: true,
  });
}

function together(failures: readonly Failure[]): BulkheadError {
  const down = failures.filter(({ error }) => isDown(error));
  const chosen =
    down.toSorted((a, b) => (a.error.retryAfter ?? 0) - (b.error.retryAfter ?? 0))[0] ?? failures[0];
  if (chosen === undefined) throw new Error('A call without a candidate.');
  const { error, model } = chosen;
  if (failures.length === 1) return error;
  const asked = failures.map((failure) => ({ model: failure.model, code: failure.error.code }));
  const list = asked.map((failure) => `${failure.model} (${failure.code})`).join(', ');
  return new BulkheadError({
    code: error.code,
    message: `${error.message} None of its models could answer: ${list}.`,
    status: error.status,
    retryable: error.retryable,
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    details: { ...error.details, model, asked },
  });
}

/** Whatever broke an answer off that was being shown: to who reads it, it is cut. */
function brokenOff(error: unknown, model: string): unknown {
  if (!BulkheadError.isInstance(error) || error.code === STREAM_CUT || !error.code.startsWith('provider_'))
    return error;
  return new BulkheadError({
    code: STREAM_CUT,
    message: `The answer of ${model} broke off after part of it was shown. ${error.message}`,
    status: 502,
    details: { ...error.details, reason: error.code },
  });
}
