import { BulkheadError } from '../../contract/errors.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import { type Json, toJson } from '../../contract/json.ts';
import type { Middleware } from '../../contract/middleware.ts';
import { redactCredentials } from './redact-credentials.ts';

const NAME = 'output-guard';

type Redact = (value: Json) => Promise<{ value: Json; count: number }>;

/**
 * Hides credentials in what a tool returns, and in the errors that it throws, before a model, a person or a
 * journal sees them. The effect has happened by then: what cannot be checked is withheld.
 *
 * @param parts.redact default: {@link redactCredentials}
 */
export function outputGuard({
  redact = redactCredentials,
}: {
  redact?: Redact;
} = {}): Middleware<ToolCall, ToolResult> {
  return {
    name: NAME,
    async handle(call, next) {
      let result: ToolResult;
      try {
        result = await next(call);
      } catch (error) {
        throw await checkedError(error, call, redact);
      }
      const { value, count } = await redact(result.output).catch((cause: unknown) => {
        throw new BulkheadError({
          code: 'output_withheld',
          message: `The tool "${call.tool.name}" ran, but its output could not be checked for credentials and is withheld. Do not assume that it failed; look at its effect another way, or return less from it.`,
          status: 500,
          cause,
        });
      });
      if (count === 0) return result;
      return { ...result, output: value, redactions: { ...result.redactions, [NAME]: count } };
    },
  };
}

/** An error that says the same without credentials, or only that it cannot be told. */
async function checkedError(error: unknown, { tool }: ToolCall, redact: Redact): Promise<unknown> {
  const known = BulkheadError.isInstance(error) ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const fields = {
    code: known?.code ?? 'internal',
    retryable: known?.retryable ?? false,
    denied: known?.denied ?? false,
    endsRun: known?.endsRun ?? false,
    outcomeUnknown: known?.outcomeUnknown ?? false,
    ...(known === undefined ? {} : { status: known.status }),
    ...(known?.retryAfter === undefined ? {} : { retryAfter: known.retryAfter }),
  };
  try {
    const { value, count } = await redact({ message, details: toJson(known?.details) });
    if (count === 0) return error;
    const clean = value as { message: string; details: Record<string, unknown> | null };
    return new BulkheadError({
      ...fields,
      message: clean.message,
      ...(clean.details === null ? {} : { details: clean.details }),
    });
  } catch (cause) {
    return new BulkheadError({
      ...fields,
      code: 'output_withheld',
      message: `The tool "${tool.name}" failed (${fields.code}), and what it says could not be checked for credentials and is withheld.`,
      cause,
    });
  }
}
