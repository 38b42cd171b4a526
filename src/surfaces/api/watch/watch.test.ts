import { describe, expect, it, vi } from 'vitest';
import { Watch } from './watch.ts';

const running = { status: 'running' as const, waitingFor: [], head: 3, continuedAs: null };
const never = new AbortController().signal;
const delta = (text: string, attempt = 1) => ({ key: 'model#0', attempt, text });

describe('a watch', () => {
  it('tells news that came before anybody asked, once', async () => {
    const watch = new Watch(undefined, () => {});
    watch.stand(running);
    await watch.changed(never);
    expect(watch.standing).toBe(running);
    const later = vi.fn();
    void watch.changed(never).then(later);
    await Promise.resolve();
    expect(later).not.toHaveBeenCalled();
    watch.say(delta('hi'));
    await vi.waitFor(() => expect(later).toHaveBeenCalled(), { timeout: 10_000 });
  });

  it('wakes when its reader goes', async () => {
    const gone = new AbortController();
    const watch = new Watch(running, () => {});
    const changed = watch.changed(gone.signal);
    gone.abort();
    await changed;
    await watch.changed(gone.signal);
  });

  it('wakes when the server closes, now and ever after', async () => {
    const watch = new Watch(running, () => {});
    const changed = watch.changed(never);
    watch.end();
    await changed;
    expect(watch.ended).toBe(true);
    await watch.changed(never);
  });

  it('hands text over once, in order', () => {
    const watch = new Watch(running, () => {});
    watch.say(delta('Hel'));
    watch.say(delta('lo'));
    expect(watch.takeDeltas().map(({ text }) => text)).toEqual(['Hel', 'lo']);
    expect(watch.takeDeltas()).toEqual([]);
  });

  it('drops the rest of an attempt that its reader cannot follow, and goes on with the next', () => {
    const watch = new Watch(running, () => {});
    const long = 'x'.repeat(200_000);
    watch.say(delta(long));
    watch.say(delta(long));
    watch.say(delta('more of it'));
    expect(watch.takeDeltas()).toEqual([]);
    watch.say(delta('another attempt', 2));
    expect(watch.takeDeltas()).toEqual([delta('another attempt', 2)]);
  });
});
