import { hash } from 'node:crypto';
import { type CurvePoint, cheapest, curveOf, type HeldOut } from './curve.ts';
import { accuracy, areaUnderCurve } from './discrimination.ts';
import { type Example, fitModel, type LinearModel, predict } from './linear-model.ts';
import { labelsOf, type Sample, type Side } from './sample.ts';
import { weightsOf } from './sides.ts';

/** Why the plain order stays in charge. */
export type Reason =
  | 'too_few_samples'
  | 'one_sided_samples'
  | 'no_gain'
  | 'quality_not_met'
  | 'plain_order_best';

/** What came of a training. */
export type TrainedRoute = {
  /** Absent where there was too little to train on. */
  model?: LinearModel;
  /** Absent: requests are routed by it from now on. */
  reason?: Reason;
  /** Requests that score at least this much start with the smaller tier. */
  threshold: number | null;
  /** Of which it is known whether the smaller tier's answer will do. */
  samples: number;
  heldOut: number;
  /** On what was held out: see `areaUnderCurve`. Null where it cannot be told. */
  auc: number | null;
  accuracy: number | null;
  /** What an answer of the smaller tier costs, as a share of one of the larger. */
  costRatio: number;
  curve: CurvePoint[];
};

export type TrainSettings = {
  /** What the answers must come to, as a share of the larger tier's. */
  quality: number;
  cascade: boolean;
  /** Which tier the plain order begins with. Default: the smaller. */
  plain?: Side;
  /** Of the order in which samples are gone through. Default 1. */
  seed?: number;
};

/** Below so many samples, and so many of each kind, what is learned is chance. */
const LEAST_SAMPLES = 200;
const LEAST_OF_KIND = 20;
/** The share of runs that is held out. */
const HELD_OUT = 0.4;
/** Of a one-sided bound of 95 %. */
const Z = 1.645;

/**
 * Learns for which requests the smaller tier's answer will do, and chooses the threshold on samples that were held
 * out (whole runs: calls of one run are alike). It is not used unless it helps there: its scores must tell good from
 * bad beyond chance, some threshold must meet the quality, and be cheaper than the plain order.
 *
 * Where the larger tier was not asked, its answer counts as good as it is on average beside answers of the smaller
 * tier that were as good: a cascade asks it about what is hard, which says nothing of the rest.
 */
export async function trainRoute(
  samples: readonly Sample[],
  { quality, cascade, plain = 'small', seed = 1 }: TrainSettings,
): Promise<TrainedRoute> {
  const judged = samples.map((sample) => ({ ...sample, ...labelsOf(sample) }));
  const known = judged.flatMap((sample) =>
    sample.small === null ? [] : [{ ...sample, good: sample.small }],
  );
  // A cascade asks the larger tier too where the smaller one will not do: what it sends away costs, and no more.
  const weights = cascade ? { small: 1, large: 1 } : weightsOf(judged, LEAST_OF_KIND);
  const larger = judged.flatMap(({ large }) => (large === null ? [] : [large ? 1 : 0]));
  const costRatio = ratioOf(samples);
  const nothing = { threshold: null, heldOut: 0, auc: null, accuracy: null, costRatio, curve: [] };
  if (weights === undefined && judged.length >= LEAST_SAMPLES)
    return { ...nothing, reason: 'one_sided_samples', samples: known.length };
  const good = known.filter((sample) => sample.good).length;
  const scarcest = Math.min(good, known.length - good, larger.length);
  if (weights === undefined || known.length < LEAST_SAMPLES || scarcest < LEAST_OF_KIND)
    return { ...nothing, reason: 'too_few_samples', samples: known.length };

  const parts = Object.groupBy(known, ({ run }) => (isHeldOut(run) ? 'heldOut' : 'trained'));
  const { trained = [], heldOut = [] } = parts;
  const examples: Example[] = trained.map(({ features, good }) => ({ features, good }));
  const model = await fitModel(examples, { seed });
  const scored = heldOut.map((sample) => ({ ...sample, score: predict(model, sample.features) }));
  const { area, error } = areaUnderCurve(scored);
  const expected = largerBeside(known);
  const held: HeldOut[] = scored.map(({ score, good, large, used }) => ({
    score,
    weight: weights[used],
    small: good ? 1 : 0,
    large: large === null ? expected(good) : large ? 1 : 0,
  }));
  const curve = curveOf(held, { ratio: costRatio, cascade });
  const chosen = cheapest(curve, quality);
  const route = {
    model,
    threshold: chosen?.threshold ?? null,
    samples: known.length,
    heldOut: heldOut.length,
    auc: Number.isNaN(area) ? null : area,
    accuracy: accuracy(scored),
    costRatio,
    curve,
  };
  if (!(area - Z * error > 0.5)) return { ...route, reason: 'no_gain' };
  if (chosen === undefined || chosen.threshold === 1) return { ...route, reason: 'quality_not_met' };
  if (chosen.threshold === 0 && plain === 'small') return { ...route, reason: 'plain_order_best' };
  return route;
}

/**
 * How good the larger tier's answers are on average, by whether the smaller one's will do. Where too few were compared
 * they count as all good, so that nothing speaks for the smaller tier that nobody has seen.
 */
function largerBeside(known: readonly { good: boolean; large: boolean | null }[]): (good: boolean) => number {
  const beside = (good: boolean) => {
    const seen = known.filter((sample) => sample.good === good && sample.large !== null);
    return seen.length < LEAST_OF_KIND ? 1 : mean(seen.map(({ large }) => Number(large)));
  };
  const [good, bad] = [beside(true), beside(false)];
  return (isGood) => (isGood ? good : bad);
}

/** The same run falls on the same side each time. */
function isHeldOut(run: string): boolean {
  return Buffer.from(hash('sha256', run), 'hex').readUInt32LE(0) / 2 ** 32 < HELD_OUT;
}

/** 0 where prices are unknown: the cost is then the share of calls of the larger tier. */
function ratioOf(samples: readonly Sample[]): number {
  const small = samples.flatMap(({ smallUsd }) => (smallUsd === null ? [] : [smallUsd]));
  const large = samples.flatMap(({ largeUsd }) => (largeUsd === null ? [] : [largeUsd]));
  const most = mean(large);
  return most === 0 ? 0 : Math.min(1, mean(small) / most);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
