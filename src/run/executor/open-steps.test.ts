import { beforeEach, describe, expect, it } from 'vitest';
import { OpenSteps } from './open-steps.ts';

let steps: OpenSteps;
let entered: string[];
beforeEach(() => {
  steps = new OpenSteps();
  entered = [];
});

const suspend = (key: string, more: { wakeAt?: number; seen?: number } = {}) =>
  steps.suspend(key, {
    reason: { for: 'timer', key },
    wakeAt: more.wakeAt,
    seen: more.seen ?? 0,
    enter: () => entered.push(key),
  });

describe('open steps', () => {
  it('are under way from when they are entered until they leave', () => {
    const token = steps.enter('a');
    expect(steps.active).toBe(1);
    expect(steps.leave('a', token)).toBe(true);
    expect(steps.active).toBe(0);
  });

  it('that were suspended bring nothing any more: whoever comes late has a token of before', () => {
    const before = steps.enter('a');
    suspend('a');
    expect([steps.active, steps.suspended]).toEqual([0, 1]);
    expect(steps.leave('a', before)).toBe(false);
    const now = steps.enter('a');
    expect(steps.leave('a', before)).toBe(false);
    expect(steps.leave('a', now)).toBe(true);
  });

  it('that are suspended are handed out once, to be entered again', () => {
    suspend('a');
    suspend('b');
    for (const { enter } of steps.takeSuspended()) enter();
    expect(entered).toEqual(['a', 'b']);
    expect(steps.takeSuspended()).toEqual([]);
  });

  it('wake the run when the first of them is due', () => {
    suspend('a', { wakeAt: 300 });
    suspend('b', { wakeAt: 200 });
    suspend('c');
    expect(steps.waiting).toMatchObject({
      wakeAt: 200,
      waitingFor: [{ key: 'a' }, { key: 'b' }, { key: 'c' }],
    });
  });

  it('that have no time to wake at leave that to messages', () => {
    suspend('a');
    expect(steps.waiting).not.toHaveProperty('wakeAt');
  });

  it('have looked at as many messages as the one that looked at the fewest', () => {
    suspend('a', { seen: 3 });
    suspend('b', { seen: 2 });
    expect(steps.waiting.seen).toBe(2);
  });

  it('are quiet when the last has left or was suspended, or when time is up', async () => {
    const token = steps.enter('a');
    steps.enter('b');
    let quiet = false;
    const waiting = steps.quiet().then(() => {
      quiet = true;
    });
    steps.leave('a', token);
    await Promise.resolve();
    expect(quiet).toBe(false);
    suspend('b');
    await waiting;
    expect(quiet).toBe(true);
    steps.enter('c');
    await steps.quiet(1);
    expect(steps.active).toBe(1);
  });
});
