import type { Row } from './routellm-rows.ts';

/** What a way of choosing comes to: `saved` of the cost of asking the strong model always, and the share of right answers. */
export type Outcome = { saved: number; quality: number };

/** Right answers when the strong model answers all. */
export function strongQuality(rows: readonly Row[]): number {
  return mean(rows.map(({ strong }) => Number(strong)));
}

/**
 * The most that is saved without being right less often than the strong model alone, when the rows with the highest
 * scores go to the weak model. The threshold is chosen in hindsight, on these very rows: no router does better with
 * these scores, and most do worse.
 *
 * @param ratio cost of a weak answer, as a share of a strong one
 */
export function bestByScore(rows: readonly Row[], scores: readonly number[], ratio: number): Outcome {
  const order = rows
    .map((row, index) => ({ row, score: scores[index] ?? 0 }))
    .toSorted((one, other) => other.score - one.score);
  const needed = rows.filter(({ strong }) => strong).length;
  let right = needed;
  let best: Outcome = { saved: 0, quality: needed / rows.length };
  for (const [index, { row, score }] of order.entries()) {
    right += Number(row.weak) - Number(row.strong);
    // Rows of one score go the same way.
    if (order[index + 1]?.score === score || right < needed) continue;
    best = { saved: ((index + 1) * (1 - ratio)) / rows.length, quality: right / rows.length };
  }
  return best;
}

/** The same for one threshold that was chosen elsewhere. */
export function byThreshold(
  rows: readonly Row[],
  scores: readonly number[],
  threshold: number,
  ratio: number,
): Outcome {
  const isWeak = rows.map((_, index) => (scores[index] ?? 0) >= threshold);
  return {
    saved: mean(isWeak.map((weak) => (weak ? 1 - ratio : 0))),
    quality: mean(rows.map(({ weak, strong }, index) => Number(isWeak[index] ? weak : strong))),
  };
}

/**
 * The weak model is asked always, its answer is checked, and the strong one is asked where the check says no. Expected
 * values, so that no dice are needed.
 *
 * @param wrongChecks how often the check is mistaken, either way
 */
export function byCascade(rows: readonly Row[], ratio: number, wrongChecks = 0): Outcome {
  const accepts = rows.map(({ weak }) => (weak ? 1 - wrongChecks : wrongChecks));
  return {
    saved: 1 - ratio - mean(accepts.map((accepted) => 1 - accepted)),
    quality: mean(
      rows.map(({ weak, strong }, index) => {
        const accepted = accepts[index] ?? 0;
        return accepted * Number(weak) + (1 - accepted) * Number(strong);
      }),
    ),
  };
}

/** A cascade that leaves some of its strong calls out, by lot, until it is right as often as the strong model alone. */
export function atEqualQuality(rows: readonly Row[], full: Outcome, ratio: number): Outcome {
  const target = strongQuality(rows);
  const weak = mean(rows.map((row) => Number(row.weak)));
  if (full.quality <= target) return full;
  const share = Math.max(0, (target - weak) / (full.quality - weak));
  return { saved: 1 - ratio - share * (1 - ratio - full.saved), quality: Math.max(weak, target) };
}

/** Who knew all answers beforehand would send so few rows to the strong model that it is right as often. */
export function byOracle(rows: readonly Row[], ratio: number): Outcome {
  const target = rows.filter(({ strong }) => strong).length;
  const weak = rows.filter((row) => row.weak).length;
  const needed = Math.max(0, target - weak);
  return { saved: (1 - needed / rows.length) * (1 - ratio), quality: Math.max(weak, target) / rows.length };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
