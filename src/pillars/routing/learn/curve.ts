/** A request that was held out: its score, and how good the answers of both tiers are, each in [0, 1]. */
export type HeldOut = {
  score: number;
  small: number;
  large: number;
  /** For how many requests it stands. Default 1. */
  weight?: number;
};

/** What a threshold comes to: requests that score at least that much start with the smaller tier. */
export type CurvePoint = {
  threshold: number;
  /** Cost, as a share of what asking the larger tier always would cost. */
  costShare: number;
  /** Quality, as a share of the larger tier's. */
  quality: number;
  /** With 95 % confidence it is no lower than this. */
  qualityAtLeast: number;
};

export type CurveSettings = {
  /** What an answer of the smaller tier costs, as a share of one of the larger. */
  ratio: number;
  /** An answer of the smaller tier that will not do is noticed, and the larger tier is asked as well. */
  cascade: boolean;
};

/** Of a one-sided bound of 95 %. */
const Z = 1.645;
const POINTS = 20;

/**
 * Cost and quality over thresholds from 0 (start with the smaller tier always) to 1 (never), on requests that the
 * model was not trained on. `qualityAtLeast` is a bound of the ratio of two means (delta method) for one threshold;
 * choosing the best of 20 makes it a little too good.
 */
export function curveOf(heldOut: readonly HeldOut[], settings: CurveSettings): CurvePoint[] {
  if (heldOut.length === 0) return [];
  return thresholdsOf(heldOut).map((threshold) => pointOf(heldOut, threshold, settings));
}

/** @returns the cheapest point whose quality is with 95 % confidence at least `quality`, if there is one */
export function cheapest(curve: readonly CurvePoint[], quality: number): CurvePoint | undefined {
  return curve
    .filter(({ qualityAtLeast }) => qualityAtLeast >= quality)
    .toSorted((one, other) => one.costShare - other.costShare || one.threshold - other.threshold)[0];
}

export function pointOf(
  heldOut: readonly HeldOut[],
  threshold: number,
  { ratio, cascade }: CurveSettings,
): CurvePoint {
  const weights = heldOut.map(({ weight = 1 }) => weight);
  const costs = heldOut.map(({ score, small }) =>
    score < threshold ? 1 : ratio + (cascade ? 1 - small : 0),
  );
  const got = heldOut.map(({ score, small, large }) => {
    if (score < threshold) return large;
    return cascade ? small + (1 - small) * large : small;
  });
  const larger = heldOut.map(({ large }) => large);
  const best = mean(larger, weights);
  const quality = best === 0 ? 0 : mean(got, weights) / best;
  const rests = got.map((value, index) => value - quality * (larger[index] ?? 0));
  const error = best === 0 ? 0 : errorOfMean(rests, weights) / best;
  return {
    threshold,
    costShare: mean(costs, weights),
    quality,
    qualityAtLeast: Math.max(0, quality - Z * error),
  };
}

/** 0, 1, and between them scores that part the requests into equal shares. */
function thresholdsOf(heldOut: readonly HeldOut[]): number[] {
  const scores = heldOut.map(({ score }) => score).sort((one, other) => one - other);
  const between = Array.from(
    { length: POINTS - 1 },
    (_, index) => scores[Math.floor(((index + 1) / POINTS) * scores.length)] ?? 0,
  );
  return [...new Set([0, ...between, 1])];
}

function mean(values: readonly number[], weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return values.reduce((total, value, index) => total + value * (weights[index] ?? 0), 0) / Math.max(1, sum);
}

/** The standard error of a weighted mean (Cochran, "Sampling Techniques", 1977): few that stand for many tell little. */
function errorOfMean(values: readonly number[], weights: readonly number[]): number {
  const middle = mean(values, weights);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = values.map((value, index) => ((weights[index] ?? 0) * (value - middle)) ** 2);
  return Math.sqrt(squares.reduce((total, square) => total + square, 0)) / Math.max(1, sum);
}
