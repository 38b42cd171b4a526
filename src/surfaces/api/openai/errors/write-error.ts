import type { BulkheadError } from '../../../../contract/errors.ts';
import { asProblem, type WrittenError } from '../../problems/written-error.ts';
import { asOpenAiError } from './open-ai-error.ts';

const OPEN_AI = /^\/v1\/(chat\/completions|responses|models)(\/|$)/;

/** Each client reads errors in the shape of the API that it speaks: OpenAI's on OpenAI's paths, problem details elsewhere. */
export function writeError(error: BulkheadError, { id, path }: { id: string; path: string }): WrittenError {
  return OPEN_AI.test(path) ? asOpenAiError(error) : asProblem(error, id);
}
