import { upperBound } from './upper-bound.ts';
import { wrongShare } from './wrong-share.ts';

/** A hit of which it is known whether it was wrong. */
export type Judgement = {
  similarity: number;
  /** Of a hit for which several questions spoke. */
  margin?: number | undefined;
  wrong: boolean;
};

export type Calibration = {
  /** The cosine from which on hits are served; null when none is any more. */
  threshold: number | null;
  /** The margin from which on hits are served for which several questions speak; null until that is proven. */
  margin: number | null;
  /** Judged hits at or above what is declared, and the wrong ones among them. */
  judged: number;
  wrong: number;
  /** Where the share of wrong hits lies, with 95 % on each side. */
  share: { low: number; high: number };
};

const STEP = 0.01;

/**
 * The lowest threshold, from the declared one upwards, of which the judged hits do not show that more than `maxWrong`
 * of its hits are wrong: the lower bound of their share (Wilson, 95 %) is at most that. One wrong hit among fewer
 * than some twenty is proof enough. When no threshold is left, hits in nearly the same words are off.
 *
 * Hits for which several questions spoke need a proof of their own: the lowest margin, from the declared one upwards,
 * of which the judged hits show that at most `maxWrong` are wrong (Clopper and Pearson, 95 %). 299 right ones and no
 * wrong one prove 1 %.
 *
 * @example
 * calibrate([{ similarity: 0.93, wrong: true }], { threshold: 0.9, maxWrong: 0.01 }).threshold; // 0.94
 */
export function calibrate(
  judgements: readonly Judgement[],
  {
    threshold,
    maxWrong,
    witnesses,
  }: { threshold: number; maxWrong: number; witnesses?: { margin: number } | undefined },
): Calibration {
  const alone: Scored[] = [];
  const witnessed: Scored[] = [];
  for (const { similarity, margin, wrong } of judgements) {
    if (margin === undefined && similarity >= threshold) alone.push({ score: similarity, wrong });
    if (margin !== undefined && witnesses !== undefined && margin >= witnesses.margin)
      witnessed.push({ score: margin, wrong });
  }
  const all = [...alone, ...witnessed];
  const wrong = wrongAmong(all);
  return {
    threshold: leastOf(alone, threshold, (count, all) => wrongShare(count, all).low <= maxWrong),
    margin:
      witnesses === undefined
        ? null
        : leastOf(witnessed, witnesses.margin, (count, all) => upperBound(count, all) <= maxWrong),
    ...{ judged: all.length, wrong, share: wrongShare(wrong, all.length) },
  };
}

type Scored = { score: number; wrong: boolean };

function leastOf(
  hits: readonly Scored[],
  from: number,
  holds: (wrong: number, count: number) => boolean,
): number | null {
  for (let least = from; least <= 1; least = Math.round((least + STEP) * 1_000) / 1_000) {
    const above = hits.filter(({ score }) => score >= least);
    if (holds(wrongAmong(above), above.length)) return least;
  }
  return null;
}

function wrongAmong(hits: readonly Scored[]): number {
  return hits.filter(({ wrong }) => wrong).length;
}
