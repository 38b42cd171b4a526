/** A score, and whether it was good. */
export type Scored = { score: number; good: boolean };

/**
 * How well scores tell good from bad: the chance that a good one has the higher score (0.5: not at all), and its
 * standard error. Sources: Mann and Whitney 1947; Hanley and McNeil, Radiology 143, 1982.
 *
 * @returns NaN where all are good, or none
 */
export function areaUnderCurve(scored: readonly Scored[]): { area: number; error: number } {
  const sorted = scored.toSorted((one, other) => one.score - other.score);
  const good = sorted.filter((item) => item.good).length;
  const bad = sorted.length - good;
  if (good === 0 || bad === 0) return { area: Number.NaN, error: Number.NaN };
  let ranks = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && sorted[end]?.score === sorted[start]?.score) end += 1;
    // Equal scores share their ranks.
    const rank = (start + 1 + end) / 2;
    for (let index = start; index < end; index += 1) if (sorted[index]?.good) ranks += rank;
    start = end;
  }
  const area = (ranks - (good * (good + 1)) / 2) / (good * bad);
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance =
    (area * (1 - area) + (good - 1) * (q1 - area * area) + (bad - 1) * (q2 - area * area)) / (good * bad);
  return { area, error: Math.sqrt(Math.max(0, variance)) };
}

/** The share of scores on the right side of one half. */
export function accuracy(scored: readonly Scored[]): number {
  return scored.filter(({ score, good }) => score >= 0.5 === good).length / Math.max(1, scored.length);
}
