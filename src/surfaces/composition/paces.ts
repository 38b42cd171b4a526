import type { BatchPaces } from '../../gateways/model/batch/index.ts';

/**
 * After which time a worker does what it does by itself, in ms. Only tests of a whole installation set them: what they
 * would wait for comes sooner.
 */
export type Paces = {
  /** A code host that answers no ping for so long is ended. Default 5,000. */
  codeUnresponsiveAfter?: number;
  /** So long after a worker is found dead, what it held of budgets is left alone. Default 10,000. */
  reclaimAfter?: number;
  /** Of what hands over batches and asks for them. Default: each second, and a batch every two seconds at most. */
  batches?: BatchPaces;
  /** Before the second, third … attempt at a webhook. Default: ten attempts in three days. */
  webhookPauses?: readonly number[];
  /** Between two looks for schedules whose tick has come. Default 1,000. */
  scheduleLookEvery?: number;
  /** Calls under way may take so long to end when the worker stops. Default 8,000. */
  stopGrace?: number;
};
