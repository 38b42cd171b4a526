import type { Review } from '../client/index.ts';
import type { CommandContext } from '../command-context.ts';
import { showDuration } from '../render/amounts.ts';
import { reviewQuestion } from '../render/review-question.ts';
import { showTable } from '../render/table.ts';

export type ReviewFilters = { status: string; run?: string; kind?: string; limit?: string; cursor?: string };

/** `bulkhead review list`: what waits for a person, the oldest first. */
export async function listReviews(context: CommandContext, filters: ReviewFilters): Promise<void> {
  const { status, run, kind, limit, cursor } = filters;
  const client = await context.client();
  const page = await client.listReviews({
    status: status === 'all' ? undefined : status,
    run,
    kind,
    limit,
    cursor,
  });
  const now = Date.now();
  context.answer(page, () =>
    page.reviews.length === 0
      ? `No reviews${status === 'all' ? '' : ` (${status})`}.\n`
      : showTable(
          ['REVIEW', 'KIND', 'STATUS', 'AGENT', 'AGE', 'QUESTION'],
          page.reviews.map((review) => row(review, now)),
          context.terminal.columns,
        ),
  );
  if (page.nextCursor !== null) context.remark(`There are more: add --cursor ${page.nextCursor}`);
}

function row(review: Review, now: number): string[] {
  return [
    review.id,
    review.kind,
    review.decision ?? review.status,
    review.agent,
    showDuration(Math.max(0, now - Date.parse(review.createdAt))),
    reviewQuestion(review),
  ];
}
