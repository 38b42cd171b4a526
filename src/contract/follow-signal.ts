/** A controller that fires on its own, or when the signal that it follows does. */
export type FollowingController = {
  signal: AbortSignal;
  abort(reason: unknown): void;
  /** Stops following, when the work is over. */
  unfollow(): void;
};

/**
 * Follows a signal with one listener. `AbortSignal.any` and an abort without a reason, which makes an error with
 * its stack each time, cost more than all the rest of a short call.
 *
 * @example
 * const limit = followSignal(call.signal);
 * try {
 *   return await work(limit.signal);
 * } finally {
 *   limit.unfollow();
 * }
 */
export function followSignal(signal: AbortSignal): FollowingController {
  const controller = new AbortController();
  const follow = () => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    unfollow: () => signal.removeEventListener('abort', follow),
  };
}
