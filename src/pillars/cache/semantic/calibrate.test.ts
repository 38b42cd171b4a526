import { describe, expect, it } from 'vitest';
import { calibrate } from './calibrate.ts';
import { upperBound } from './upper-bound.ts';
import { wrongShare } from './wrong-share.ts';

const policy = { threshold: 0.9, maxWrong: 0.01 };
const hits = (count: number, similarity: number, wrong = false) =>
  Array.from({ length: count }, () => ({ similarity, wrong }));

describe('the threshold', () => {
  it('is the declared one while nothing speaks against it', () => {
    expect(calibrate([], policy)).toMatchObject({ threshold: 0.9, judged: 0, share: { low: 0, high: 1 } });
    expect(calibrate(hits(300, 0.95), policy)).toMatchObject({ threshold: 0.9, judged: 300, wrong: 0 });
  });

  it('rises above a hit that was wrong', () => {
    expect(calibrate([...hits(10, 0.97), ...hits(1, 0.93, true)], policy).threshold).toBe(0.94);
  });

  it('stays when one wrong hit among many is within what is allowed', () => {
    expect(calibrate([...hits(60, 0.95), ...hits(1, 0.95, true)], policy).threshold).toBe(0.9);
  });

  it('leaves nothing when hits were wrong at every likeness', () => {
    const off = calibrate([...hits(3, 0.92), ...hits(1, 1, true)], policy);
    expect(off).toMatchObject({ threshold: null, judged: 4, wrong: 1 });
  });

  it('stands apart from the margin of hits for which several questions spoke', () => {
    const witnesses = { margin: 0.26 };
    const spoken = (count: number, margin: number, wrong = false) =>
      hits(count, 0.6, wrong).map((hit) => ({ ...hit, margin }));
    const both = { ...policy, witnesses };
    expect(calibrate([...spoken(1, 0.3, true), ...hits(3, 0.95)], both)).toMatchObject({
      ...{ threshold: 0.9, margin: null, judged: 4, wrong: 1 },
    });
    expect(calibrate([...spoken(299, 0.4), ...hits(1, 1, true)], both)).toMatchObject({
      ...{ threshold: null, margin: 0.26 },
    });
    expect(calibrate(spoken(299, 0.4), policy)).toMatchObject({ margin: null, judged: 0 });
  });

  it('of the margin is a proof: none before enough were right, and above those that were wrong', () => {
    const declared = { ...policy, witnesses: { margin: 0.26 } };
    const right = (count: number) => hits(count, 0.6).map((hit) => ({ ...hit, margin: 0.4 }));
    const wrong = hits(3, 0.6, true).map((hit) => ({ ...hit, margin: 0.3 }));
    expect(calibrate([], declared).margin).toBeNull();
    expect(calibrate(right(298), declared).margin).toBeNull();
    expect(calibrate(right(299), declared).margin).toBe(0.26);
    expect(calibrate([...right(299), ...wrong], declared).margin).toBe(0.31);
  });

  it('looks at no hit below the declared one', () => {
    expect(calibrate(hits(5, 0.8, true), policy)).toMatchObject({ threshold: 0.9, judged: 0 });
  });
});

it.each([
  // 1 - 0.05 ** (1 / n), and tables of Clopper and Pearson.
  [0, 299, 0.00997],
  [1, 100, 0.04656],
  [5, 155, 0.0666],
  [0, 0, 1],
  [3, 3, 1],
])('%i wrong of %i are less than a share of %d', (wrong, count, share) => {
  expect(upperBound(wrong, count)).toBeCloseTo(share, 4);
});

describe('the share of wrong hits', () => {
  it('lies in the Wilson interval', () => {
    // n = 20, one wrong: centre (0.05 + z²/40) / (1 + z²/20), z = 1.6449.
    const { low, high } = wrongShare(1, 20);
    expect(low).toBeCloseTo(0.0113, 3);
    expect(high).toBeCloseTo(0.196, 2);
  });

  it('is bounded by what was counted', () => {
    expect(wrongShare(0, 300)).toEqual({ low: 0, high: expect.closeTo(0.00894, 4) });
    expect(wrongShare(4, 4).high).toBe(1);
  });
});
