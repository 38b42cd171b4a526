import { describe, expect, it } from 'vitest';
import { followSignal } from './follow-signal.ts';

describe('a controller that follows a signal', () => {
  it('fires with it, for the same reason', () => {
    const leader = new AbortController();
    const { signal } = followSignal(leader.signal);
    expect(signal.aborted).toBe(false);
    leader.abort('enough');
    expect([signal.aborted, signal.reason]).toEqual([true, 'enough']);
  });

  it('has fired already when that has', () => {
    expect(followSignal(AbortSignal.abort('before')).signal.reason).toBe('before');
  });

  it('fires on its own, and leaves the other alone', () => {
    const leader = new AbortController();
    const following = followSignal(leader.signal);
    following.abort('late');
    expect([following.signal.reason, leader.signal.aborted]).toEqual(['late', false]);
  });

  it('does not hear it any more when the work is over', () => {
    const leader = new AbortController();
    const { signal, unfollow } = followSignal(leader.signal);
    unfollow();
    leader.abort();
    expect(signal.aborted).toBe(false);
  });
});
