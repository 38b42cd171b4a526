import { DIMENSIONS, type Features, NUMBERS } from './features.ts';
import { seeded } from './seeded.ts';

/** A logistic regression: `bias` and weights of all features, in single precision as they are stored. */
export type LinearModel = { bias: number; numbers: Float32Array; words: Float32Array };

/** Features and what came of them. */
export type Example = { features: Features; good: boolean };

export type FitSettings = {
  /** Times that all examples are gone through. Default 15. */
  epochs?: number;
  /** First step of AdaGrad. Default 0.1. */
  rate?: number;
  /** Weight decay per step. Default 0.001. */
  decay?: number;
  /** Of the order in which examples are taken. Default 1. */
  seed?: number;
};

/** How likely it is good, in [0, 1]. */
export function predict({ bias, numbers, words }: LinearModel, features: Features): number {
  let sum = bias;
  for (const [index, value] of features.numbers.entries()) sum += (numbers[index] ?? 0) * value;
  const share = shareOf(features);
  for (const place of features.words) sum += (words[place] ?? 0) * share;
  return logistic(sum);
}

/**
 * Fits by stochastic gradient descent with AdaGrad's steps (Duchi, Hazan, Singer, "Adaptive Subgradient Methods",
 * JMLR 2011). The same examples and seed give the same model. It lets others have a turn between two epochs.
 */
export async function fitModel(
  examples: readonly Example[],
  { epochs = 15, rate = 0.1, decay = 0.001, seed = 1 }: FitSettings = {},
): Promise<LinearModel> {
  const scale = scaleOf(examples);
  const prepared = examples.map(({ features, good }) => ({
    words: features.words,
    share: shareOf(features),
    numbers: NUMBERS.map((_, index) => scaled(features.numbers[index] ?? 0, scale[index])),
    good: good ? 1 : 0,
  }));
  const weights = new Float64Array(1 + NUMBERS.length + DIMENSIONS);
  const squares = new Float64Array(weights.length);
  const random = seeded(seed);
  const step = (place: number, gradient: number) => {
    const weight = weights[place] ?? 0;
    const slope = gradient + (place === 0 ? 0 : decay * weight);
    const square = (squares[place] ?? 0) + slope * slope;
    squares[place] = square;
    weights[place] = weight - (rate * slope) / (1e-8 + Math.sqrt(square));
  };
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(prepared, random);
    for (const { words, share, numbers, good } of prepared) {
      let sum = weights[0] ?? 0;
      for (const [index, value] of numbers.entries()) sum += (weights[1 + index] ?? 0) * value;
      for (const place of words) sum += (weights[1 + NUMBERS.length + place] ?? 0) * share;
      const error = logistic(sum) - good;
      step(0, error);
      for (const [index, value] of numbers.entries()) step(1 + index, error * value);
      for (const place of words) step(1 + NUMBERS.length + place, error * share);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return unscaled(weights, scale);
}

type Scale = { mean: number; spread: number };

/** Counts of any size come to the same size, so that one rate fits all. */
function scaleOf(examples: readonly Example[]): Scale[] {
  return NUMBERS.map((_, index) => {
    const values = examples.map(({ features }) => features.numbers[index] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
    return { mean, spread: Math.sqrt(variance) };
  });
}

/** What never changes says nothing. */
function scaled(value: number, { mean, spread }: Scale = { mean: 0, spread: 0 }): number {
  return spread < 1e-9 ? 0 : (value - mean) / spread;
}

/** The same model over features as they come. */
function unscaled(weights: Float64Array, scale: readonly Scale[]): LinearModel {
  let bias = weights[0] ?? 0;
  const numbers = scale.map(({ mean, spread }, index) => {
    if (spread < 1e-9) return 0;
    const weight = (weights[1 + index] ?? 0) / spread;
    bias -= weight * mean;
    return weight;
  });
  return {
    bias,
    numbers: Float32Array.from(numbers),
    words: Float32Array.from(weights.subarray(1 + NUMBERS.length)),
  };
}

/** Long messages have more n-grams; none counts more for that (Euclidean length 1). */
function shareOf({ words }: Features): number {
  return 1 / Math.sqrt(Math.max(1, words.length));
}

function logistic(sum: number): number {
  return 1 / (1 + Math.exp(-sum));
}

/** Fisher and Yates. */
function shuffle(items: unknown[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other], items[last]];
  }
}
