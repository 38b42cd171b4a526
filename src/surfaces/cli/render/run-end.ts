import type { Run } from '../client/index.ts';
import { showCount, showDuration, showUsd } from './amounts.ts';
import type { Paint } from './paint.ts';
import { oneLine, wholeText } from './plain-text.ts';

/** How a run ended, in one word and its reason. */
export function showEnd(
  { status, error, continuedAs, partial }: Pick<Run, 'status' | 'error' | 'continuedAs' | 'partial'>,
  paint: Paint,
): string {
  if (continuedAs !== null) return paint.good(`continued as ${continuedAs}`);
  if (partial) return paint.asking('succeeded in part: its budget was spent');
  if (status === 'succeeded') return paint.good('succeeded');
  if (error === null) return paint.asking(status);
  return paint.bad(`${status}: ${oneLine(error.message, 400)} (${oneLine(error.code)})`);
}

/** What a run took: time, calls, tokens, money. */
export function showSpent({ usage, usd, createdAt, finishedAt }: Run): string {
  const elapsed = finishedAt === null ? undefined : Date.parse(finishedAt) - Date.parse(createdAt);
  return [
    ...(elapsed === undefined ? [] : [showDuration(elapsed)]),
    showCount(usage.modelCalls, 'model call'),
    showCount(usage.toolCalls, 'tool call'),
    showCount(usage.inputTokens + usage.outputTokens, 'token'),
    showUsd(usd),
  ].join(' · ');
}

/** What a run answered, whole. */
export function showOutput({ output }: Pick<Run, 'output'>): string | undefined {
  return output === null ? undefined : wholeText(output);
}
