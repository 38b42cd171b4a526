import type { OpenReview, ReviewDesk } from '../../src/pillars/review/index.ts';

/** A review desk in memory. */
export class FakeDesk implements ReviewDesk {
  readonly reviews = new Map<
    string,
    OpenReview & { status: 'pending' | 'decided' | 'expired' | 'withdrawn' }
  >();

  async open(review: OpenReview): Promise<void> {
    if (!this.reviews.has(review.id)) this.reviews.set(review.id, { ...review, status: 'pending' });
  }

  async expire(id: string): Promise<boolean> {
    const review = this.reviews.get(id);
    if (review?.status === 'pending') review.status = 'expired';
    return review?.status === 'expired';
  }

  async withdraw(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const review = this.reviews.get(id);
      if (review?.status === 'pending') review.status = 'withdrawn';
    }
  }

  /** The reviews, oldest first. */
  get all(): OpenReview[] {
    return [...this.reviews.values()];
  }

  /** Somebody decided; the run has not heard of it yet. */
  decided(id: string): void {
    const review = this.reviews.get(id);
    if (review !== undefined) review.status = 'decided';
  }
}
