import { BulkheadError } from '../../../contract/errors.ts';
import type { ToolCall, ToolResult } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import { asText, runInput } from '../run-input.ts';
import { cutByQuery, type RankPassages } from './cut-by-query.ts';
import { type CountTokens, cutMiddle, headAndTail } from './cut-text.ts';
import { selectFields } from './select-fields.ts';

export type CompressParts = { count: CountTokens; rank: RankPassages };

/** Of one output that a model is shown, where its tool does not say. */
const MAX_TOKENS = 8_000;

/** Of an error's message: whoever throws a page of HTML means its beginning. */
const ERROR_CHARACTERS = 8_000;

/** No text has more tokens than bytes in UTF-8, and no character takes more than 3 of those a unit. */
const BYTES_A_UNIT = 3;

/**
 * Decides how much of a tool's output a model is shown: the fields that the tool names, then its beginning and end,
 * or the parts closest to the user's message. The output itself stays as it is: the journal keeps it, workflows get
 * it, and `compensate` undoes by it. Outermost, so that what others hide or remember is never what was cut.
 */
export function compress(parts: CompressParts): Middleware<ToolCall, ToolResult> {
  return {
    name: 'compress',
    async handle(call, next) {
      if (call.definition.kind !== 'agent' || call.compensates !== undefined) return next(call);
      let result: ToolResult;
      try {
        result = await next(call);
      } catch (error) {
        throw shortened(error);
      }
      const shown = await shownOf(call, result.output, parts);
      return shown === undefined ? result : { ...result, shown };
    },
  };
}

async function shownOf(
  { tool, step }: ToolCall,
  output: Json,
  { count, rank }: CompressParts,
): Promise<ToolResult['shown']> {
  const { fields, maxTokens = MAX_TOKENS, cut = 'head-tail' } = tool.output ?? {};
  const whole = asText(output);
  // Code that names fields which are no longer there is shown what is.
  const selected = fields === undefined ? undefined : selectFields(output, fields);
  if (selected === undefined && whole.length * BYTES_A_UNIT <= maxTokens) return undefined;
  const of = await count(whole);
  const value = selected ?? output;
  const text = selected === undefined ? whole : asText(selected);
  const tokens = selected === undefined ? of : await count(text);
  if (tokens <= maxTokens) return selected === undefined ? undefined : { value, tokens, of };
  const query = cut === 'query' ? step.views.of(runInput).text : undefined;
  const closest =
    query === undefined ? undefined : await cutByQuery(value, query, { tokens, maxTokens }, { count, rank });
  const kept = closest ?? (await cutMiddle(text, tokens, maxTokens, count));
  return { value: kept, tokens: await count(kept), of };
}

/** The same error with the beginning and end of its message. */
function shortened(error: unknown): unknown {
  if (!BulkheadError.isInstance(error) || error.message.length <= 2 * ERROR_CHARACTERS) return error;
  const { code, status, retryable, retryAfter, denied, endsRun, outcomeUnknown, details } = error;
  return new BulkheadError({
    code,
    message: headAndTail(error.message, ERROR_CHARACTERS, '[…]'),
    status,
    retryable,
    denied,
    endsRun,
    outcomeUnknown,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(details === undefined ? {} : { details }),
    cause: error,
  });
}
