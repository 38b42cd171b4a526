import { wrongShare } from './wrong-share.ts';

/** A hit of which it is known whether it was wrong. */
export type Judgement = { similarity: number; wrong: boolean };

export type Calibration = {
  /** The cosine from which on hits are served; null when none is any more. */
  threshold: number | null;
  /** Judged hits at or above the declared threshold, and the wrong ones among them. */
  judged: number;
  wrong: number;
  /** Where the share of wrong hits lies, with 95 % on each side. */
  share: { low: number; high: number };
};

const STEP = 0.01;

/**
 * The lowest threshold, from the declared one upwards, of which the judged hits do not show that more than `maxWrong`
 * of its hits are wrong: the lower bound of their share (Wilson, 95 %) is at most that. One wrong hit among fewer
 * than some twenty is proof enough. When no threshold is left, the cache is off.
 *
 * @example
 * calibrate([{ similarity: 0.93, wrong: true }], { threshold: 0.9, maxWrong: 0.01 }).threshold; // 0.94
 */
export function calibrate(
  judgements: readonly Judgement[],
  { threshold, maxWrong }: { threshold: number; maxWrong: number },
): Calibration {
  const above = (least: number) => judgements.filter(({ similarity }) => similarity >= least);
  const count = (hits: readonly Judgement[]) => hits.filter(({ wrong }) => wrong).length;
  const all = above(threshold);
  const summary = { judged: all.length, wrong: count(all), share: wrongShare(count(all), all.length) };
  for (let least = threshold; least <= 1; least = Math.round((least + STEP) * 1_000) / 1_000) {
    const hits = above(least);
    if (wrongShare(count(hits), hits.length).low <= maxWrong) return { threshold: least, ...summary };
  }
  return { threshold: null, ...summary };
}
