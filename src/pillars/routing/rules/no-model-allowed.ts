import { BulkheadError } from '../../../contract/errors.ts';
import type { Refusal } from './apply-rules.ts';

/** The error of a call none of whose models may be asked. */
export function noModelAllowed(refused: readonly Refusal[]): BulkheadError {
  const list = refused.map(({ model, rule, because }) => `${model} (${rule}: ${because})`).join('; ');
  return new BulkheadError({
    code: 'no_model_allowed',
    message: `None of its models may be asked: ${list}. Name another model in the definition, or change what the file that BULKHEAD_MODELS names says of these.`,
    status: 403,
    denied: true,
    details: { refused: refused.map(({ model, rule }) => ({ model, rule })) },
  });
}
