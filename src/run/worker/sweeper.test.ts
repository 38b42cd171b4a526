import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sweeper } from './sweeper.ts';

/** What the sweeper did, in order. */
let done: string[];
let away: boolean;
let due: number;
let dead: number;
let sweeper: Sweeper;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_750_000_000_000 });
  done = [];
  away = false;
  due = 0;
  dead = 0;
  const asked = async <Answer>(what: string, answer: Answer): Promise<Answer> => {
    if (away) throw new Error('the database is away');
    done.push(what);
    return answer;
  };
  sweeper = new Sweeper({
    look: () => asked('look', undefined),
    wakeDue: () => asked('wake', due),
    freeDead: () => asked('free', dead),
    onFound: () => void done.push('found'),
  });
  sweeper.start();
});
afterEach(() => {
  sweeper.stop();
  vi.useRealTimers();
});

const count = (what: string) => done.filter((word) => word === what).length;

describe('a sweeper', () => {
  it('looks for what is ready four times a second, and for the dead so often that a takeover takes under 2 s', async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    expect([count('look'), count('wake')]).toEqual([8, 8]);
    // A lease of 1.2 s and two searches are the longest that a dead worker goes unnoticed.
    expect(count('free')).toBe(5);
  });

  it('tells of runs that it woke or freed, and is silent otherwise', async () => {
    await vi.advanceTimersByTimeAsync(1_000);
    expect(count('found')).toBe(0);
    due = 1;
    await vi.advanceTimersByTimeAsync(250);
    expect(count('found')).toBe(1);
    due = 0;
    dead = 2;
    await vi.advanceTimersByTimeAsync(400);
    expect(count('found')).toBe(2);
  });

  it('does nothing any more once it is stopped', async () => {
    sweeper.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(done).toEqual([]);
  });

  it('never does the same twice at once', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    let searches = 0;
    const slow = new Sweeper({
      look: async () => {},
      wakeDue: async () => 0,
      freeDead: () => {
        searches += 1;
        return promise;
      },
      onFound: () => {},
    });
    slow.start();
    await vi.advanceTimersByTimeAsync(1_900);
    expect(searches).toBe(1);
    resolve(0);
    await vi.advanceTimersByTimeAsync(400);
    expect(searches).toBe(2);
    slow.stop();
  });
});

describe('after an outage of the database', () => {
  it('nobody is declared dead for one period: the others need time to renew what has passed', async () => {
    await vi.advanceTimersByTimeAsync(400);
    expect(count('free')).toBe(1);
    away = true;
    await vi.advanceTimersByTimeAsync(10_000);
    away = false;
    await vi.advanceTimersByTimeAsync(1_900);
    expect(count('free')).toBe(1);
    await vi.advanceTimersByTimeAsync(800);
    expect(count('free')).toBeGreaterThan(1);
  });

  it('due timers are woken at once all the same', async () => {
    away = true;
    await vi.advanceTimersByTimeAsync(10_000);
    away = false;
    due = 1;
    await vi.advanceTimersByTimeAsync(400);
    expect(count('found')).toBeGreaterThan(0);
  });

  it('that was short counts as one too: a lease may have passed in it', async () => {
    away = true;
    await vi.advanceTimersByTimeAsync(400);
    away = false;
    await vi.advanceTimersByTimeAsync(1_600);
    expect(count('free')).toBe(0);
    await vi.advanceTimersByTimeAsync(800);
    expect(count('free')).toBeGreaterThan(0);
  });
});

describe('a sweeper that was away itself', () => {
  it('gives the others a period too: to it every lease looks as if it had passed', async () => {
    let now = 0;
    let searches = 0;
    const late = new Sweeper(
      { look: async () => {}, wakeDue: async () => 0, freeDead: async () => ++searches, onFound: () => {} },
      () => now,
    );
    late.start();
    now = 500;
    await late.search();
    expect(searches).toBe(1);
    // The process stood still for ten seconds.
    now = 11_000;
    await late.search();
    expect(searches).toBe(1);
    for (now = 11_400; now < 13_000; now += 400) await late.search();
    expect(searches).toBe(1);
    await late.search();
    expect(searches).toBe(2);
    late.stop();
  });
});
