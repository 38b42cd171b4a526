export { approval } from './approval.ts';
export { batch } from './batch-barrier.ts';
export { type Answer, type ConsultParts, consult } from './consult.ts';
export { decideReview } from './decide-review.ts';
export { getReview } from './get-review.ts';
export { listReviews, type ReviewFilter } from './list-reviews.ts';
export { createReviewDesk, type OpenReview, type ReviewDesk } from './review-desk.ts';
