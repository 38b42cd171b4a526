import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import { DECISIONS } from '../../../contract/review.ts';
import type { KeyRing } from '../../../foundation/vault/index.ts';
import { getReview, listReviews, type ReviewFilter } from '../../../pillars/review/index.ts';
import { dataKeyOn } from '../runs/data-key-on.ts';
import type { Review } from '../schemas/review.ts';

type Reviewed = Awaited<ReturnType<typeof listReviews>>[number];

/**
 * One review with what the reviewer reads.
 *
 * @param client behind the tenant's wall; the tenant's key is in the ring
 * @throws BulkheadError `unknown_review`
 */
export async function readReview(
  client: pg.PoolClient,
  keys: KeyRing,
  tenant: string,
  id: string,
): Promise<Review> {
  return show(await withContent(client, keys, tenant, id));
}

/** A page of reviews, each with its content: the list is what a reviewer works from. */
export async function readReviews(
  client: pg.PoolClient,
  keys: KeyRing,
  tenant: string,
  filter: ReviewFilter,
): Promise<Review[]> {
  const reviews: Review[] = [];
  for (const review of await listReviews(client, tenant, filter)) {
    const detail = await withContent(client, keys, tenant, review.id).catch((error: unknown) => {
      // An erased subject takes what was said away, not the fact that somebody had to decide.
      if (BulkheadError.isInstance(error) && error.code === 'key_destroyed')
        return { ...review, content: null };
      throw error;
    });
    reviews.push(show(detail));
  }
  return reviews;
}

function withContent(client: pg.PoolClient, keys: KeyRing, tenant: string, id: string) {
  return getReview({ transaction: client, tenant, id, dataKey: dataKeyOn(client, keys) });
}

function show(review: Reviewed & { content: unknown }): Review {
  const { id, kind, status, run, agent, content } = review;
  return {
    id,
    kind,
    status,
    run,
    agent,
    tool: review.tool ?? null,
    content,
    decisions: [...DECISIONS[kind]],
    decision: review.decision ?? null,
    decidedBy: review.decidedBy ?? null,
    createdAt: new Date(review.createdAt).toISOString(),
    expiresAt: new Date(review.expiresAt).toISOString(),
    decidedAt: review.decidedAt === undefined ? null : new Date(review.decidedAt).toISOString(),
  };
}
