import { invalidRequest } from './invalid-request.ts';
import { type Issue, inPlainWords } from './plain-words.ts';
import type { FieldError } from './problem.ts';

type Validation = { target: string } & (
  | { success: true }
  | { success: false; error: { issues: readonly Issue[] } }
);

/** What a route does when its request does not fit its schema. */
export function refuseInvalid(validation: Validation): void {
  if (validation.success) return;
  throw invalidRequest(validation.error.issues.flatMap((issue) => toFieldErrors(issue, validation.target)));
}

function toFieldErrors(issue: Issue, target: string): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys' && issue.keys !== undefined) {
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'there is no such field' }));
  }
  return [{ field: path.join('.') || (target === 'json' ? 'body' : target), message: inPlainWords(issue) }];
}
