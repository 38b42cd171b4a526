import type { ReviewKind } from '../../../contract/review.ts';

/**
 * What a person types to decide a review.
 *
 * @param invocation how the program is called: `bulkhead`
 * @example
 * decisionCommands('escalation', '019…', 'bulkhead'); // ['bulkhead review answer 019… "<text>"']
 */
export function decisionCommands(kind: ReviewKind, review: string, invocation: string): string[] {
  switch (kind) {
    case 'approval':
    case 'answer':
      return [`${invocation} review approve ${review}`, `${invocation} review deny ${review}`];
    case 'escalation':
      return [`${invocation} review answer ${review} "<text>"`];
    case 'unknown-outcome':
      return ['retry', `record --output '<json>'`, 'fail'].map(
        (way) => `${invocation} review resolve ${review} ${way}`,
      );
  }
}
