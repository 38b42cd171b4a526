import { describe, expect, it } from 'vitest';
import { isLeftOver, runPrefix, uniqueName } from './database-name.ts';

const now = 1_800_000_000_000;
const dead = () => false;
const alive = () => true;

describe('the name of a test database', () => {
  it('is unique, and short enough for PostgreSQL', () => {
    const run = runPrefix({ now, pid: 4_194_304 });
    expect(uniqueName(run)).not.toBe(uniqueName(run));
    expect(uniqueName(run).length).toBeLessThanOrEqual(63);
  });
});

describe('a left-over database', () => {
  const own = uniqueName(runPrefix({ now, pid: 4711 }));
  const foreign = own.replace(/_[0-9a-f]{8}_4711_/, '_00000000_4711_');

  it('is one whose process is gone, however young', () => {
    expect(isLeftOver(own, { now, isAlive: dead })).toBe(true);
    expect(isLeftOver(own, { now: now + 7_200_000, isAlive: alive })).toBe(false);
  });

  it('of another machine is one older than an hour', () => {
    expect(isLeftOver(foreign, { now: now + 3_000_000, isAlive: dead })).toBe(false);
    expect(isLeftOver(foreign, { now: now + 3_700_000, isAlive: alive })).toBe(true);
  });

  it.each(['postgres', 'bulkhead', 'bulkhead_test', 'bulkhead_test_mine', 'my_bulkhead_test_1_00000000_1_a'])(
    'is never one with another name: %s',
    (name) => {
      expect(isLeftOver(name, { now, isAlive: dead })).toBe(false);
    },
  );
});
