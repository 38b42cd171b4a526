import type { ReviewKind } from '../../../contract/review.ts';
import type { RunEntry } from '../client/index.ts';
import { oneLine } from './plain-text.ts';

/**
 * What a review asks a person, in one line.
 *
 * @param content what the reviewer reads, as far as it is known
 * @example
 * reviewQuestion({ kind: 'approval', tool: 'credit', content: { input: { usd: 80 } } });
 * // 'approve credit {"usd":80}?'
 */
export function reviewQuestion(review: {
  kind: ReviewKind;
  tool: string | null | undefined;
  content: unknown;
}): string {
  const content = fieldsOf(review.content);
  switch (review.kind) {
    case 'approval':
      return `approve ${callOf(review.tool, content)}?`;
    case 'answer':
      return `approve "${oneLine(content.title ?? 'this')}"?`;
    case 'unknown-outcome':
      return `did ${callOf(review.tool, content)} happen?`;
    case 'escalation':
      return `answer "${oneLine(content.question ?? 'this')}"`;
  }
}

/** The same of the journal's entry, before anybody looked the review up. */
export function askedQuestion(entry: Extract<RunEntry, { kind: 'review.requested' }>): string {
  const { reviewKind: kind, tool, content } = entry;
  return reviewQuestion({
    kind,
    tool,
    content: { ...fieldsOf(content?.review), ...fieldsOf(inputOf(content)) },
  });
}

function callOf(tool: string | null | undefined, { input }: Record<string, unknown>): string {
  return oneLine(`${tool ?? 'this call'} ${oneLine(input)}`, 200);
}

function inputOf(content: { input?: unknown } | undefined): unknown {
  return content?.input === undefined ? undefined : { input: content.input };
}

function fieldsOf(content: unknown): Record<string, unknown> {
  return typeof content === 'object' && content !== null ? { ...content } : {};
}
