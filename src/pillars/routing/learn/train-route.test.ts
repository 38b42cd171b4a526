import { describe, expect, it } from 'vitest';
import { cheapest, curveOf, pointOf } from './curve.ts';
import { areaUnderCurve } from './discrimination.ts';
import { featuresOf } from './features.ts';
import { fitModel, predict } from './linear-model.ts';
import { packModel, unpackModel } from './pack-model.ts';
import { labelsOf, type Sample } from './sample.ts';
import { seeded } from './seeded.ts';
import { trainRoute } from './train-route.ts';

const KEY = Buffer.alloc(32, 7);
const EASY = ['where is my order', 'what are your opening hours', 'change my address please', 'thanks a lot'];
const HARD = [
  'prove that the contract is void',
  'derive the tax across three years',
  'plan a migration of our data',
];

/** Requests of two kinds: the smaller tier does nearly all of the one and little of the other. */
function samples(count: number, { apart = true, seed = 3 } = {}): Sample[] {
  const random = seeded(seed);
  const pick = (texts: string[]) => texts[Math.floor(random() * texts.length)] ?? '';
  return Array.from({ length: count }, (_, index) => {
    const hard = random() < 0.5;
    const text = `${pick(hard ? HARD : EASY)} ${pick(EASY)} number ${index}`;
    const features = featuresOf({ prompt: [{ role: 'user', content: [{ type: 'text', text }] }] }, KEY);
    const small = random() < (apart ? (hard ? 0.1 : 0.97) : 0.6);
    const costs = { smallUsd: 0.001, largeUsd: 0.02 };
    return {
      run: `run-${index}`,
      features,
      small,
      large: random() < 0.98,
      used: 'small',
      outcome: 'unknown',
      ...costs,
    };
  });
}

const THOUSAND = samples(1_000);

describe('a route that is trained', () => {
  it('tells requests apart that the smaller tier can and cannot do, and is cheaper at the quality asked for', async () => {
    const route = await trainRoute(THOUSAND, { quality: 0.95, cascade: false });
    expect(route.reason).toBeUndefined();
    expect(route.auc).toBeGreaterThan(0.9);
    expect(route.costRatio).toBeCloseTo(0.05);
    const chosen = route.curve.find(({ threshold }) => threshold === route.threshold);
    expect(chosen?.qualityAtLeast).toBeGreaterThanOrEqual(0.95);
    expect(chosen?.costShare).toBeLessThan(0.65);
    expect(route.samples).toBe(1_000);
    expect(route.heldOut).toBeGreaterThan(300);
  });

  it('comes out alike from the same samples', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(() => trainRoute(samples(300), { quality: 0.9, cascade: false })),
    );
    expect(one).toEqual(other);
  });

  it('says that there are too few samples, of all or of one kind', async () => {
    const few = await trainRoute(samples(150), { quality: 0.95, cascade: false });
    expect(few).toMatchObject({ reason: 'too_few_samples', samples: 150, threshold: null });
    const onlyGood = samples(400).map((sample) => ({ ...sample, small: true }));
    expect((await trainRoute(onlyGood, { quality: 0.95, cascade: false })).reason).toBe('too_few_samples');
    const oneTier = samples(400).map((sample) => ({ ...sample, large: null }));
    expect((await trainRoute(oneTier, { quality: 0.95, cascade: false })).reason).toBe('too_few_samples');
  });

  it('takes the larger tier to be no worse where it was not asked, because a cascade asks it the hard ones only', async () => {
    const cascaded = THOUSAND.map((sample, index) => ({
      ...sample,
      large: sample.small ? null : index % 2 === 0,
    }));
    const { curve } = await trainRoute(cascaded, { quality: 0.95, cascade: false });
    const small = THOUSAND.filter((sample) => sample.small).length / THOUSAND.length;
    expect(curve[0]?.threshold).toBe(0);
    expect(curve[0]?.quality).toBeCloseTo(small / (small + (1 - small) / 2), 1);
  });

  describe('while a route decides already', () => {
    /** What it sends to the larger tier is judged of the smaller one only where that is asked too. */
    async function routed(isShadowed: (index: number) => boolean): Promise<Sample[]> {
      const { model, threshold } = await trainRoute(THOUSAND, { quality: 0.95, cascade: false });
      if (model === undefined) throw new Error('Nothing was learned.');
      return THOUSAND.map((sample, index) => {
        if (predict(model, sample.features) >= Number(threshold)) return sample;
        return { ...sample, used: 'large', ...(isShadowed(index) ? {} : { small: null, smallUsd: null }) };
      });
    }

    it('counts what it sends away for as many as they are, though few of them are compared', async () => {
      const compared = await routed((index) => index % 5 === 0);
      const { curve } = await trainRoute(compared, { quality: 0.95, cascade: false });
      const rightOf = (side: 'small' | 'large') => THOUSAND.filter((sample) => sample[side]).length;
      expect(Math.abs(Number(curve[0]?.quality) - rightOf('small') / rightOf('large'))).toBeLessThan(0.1);
    });

    it('says that it cannot tell where none of them are', async () => {
      const route = await trainRoute(await routed(() => false), { quality: 0.95, cascade: false });
      expect(route).toMatchObject({ reason: 'one_sided_samples', threshold: null });
      expect(route).not.toHaveProperty('model');
    });
  });

  it('says that nothing is gained where the words tell nothing', async () => {
    const route = await trainRoute(samples(1_000, { apart: false }), { quality: 0.95, cascade: false });
    expect(route.reason).toBe('no_gain');
    expect(route.auc).toBeLessThan(0.58);
  });

  it('says that no threshold meets a quality which only the larger tier has', async () => {
    const alike = THOUSAND.map((sample) => ({ ...sample, large: true }));
    expect((await trainRoute(alike, { quality: 1, cascade: false })).reason).toBe('quality_not_met');
  });

  it('leaves the plain order alone where that meets the quality as it is', async () => {
    const route = await trainRoute(THOUSAND, { quality: 0.4, cascade: false });
    expect(route.reason).toBe('plain_order_best');
  });

  it('puts the smaller tier first where the plain order does not, and that meets the quality', async () => {
    const settings = { quality: 0.4, cascade: false, plain: 'large' as const };
    expect(await trainRoute(THOUSAND, settings)).toMatchObject({ threshold: 0 });
    expect(await trainRoute(THOUSAND, settings)).not.toHaveProperty('reason');
  });

  it('saves the first question of a cascade where its answer would not do', async () => {
    const dear = THOUSAND.map((sample) => ({ ...sample, smallUsd: 0.01 }));
    const route = await trainRoute(dear, { quality: 0.95, cascade: true });
    expect(route.reason).toBeUndefined();
    const cost = (threshold: number | null) =>
      route.curve.find((point) => point.threshold === threshold)?.costShare;
    expect(cost(route.threshold)).toBeLessThan(Number(cost(0)));
  });

  it('survives being stored, and is not used where it is of another form', async () => {
    const examples = samples(300).map(({ features, small }) => ({ features, good: small === true }));
    const model = await fitModel(examples);
    const stored = unpackModel(packModel(model));
    if (stored === undefined) throw new Error('It is of this form.');
    const [first] = examples;
    if (first === undefined) throw new Error('There is one.');
    expect(predict(stored, first.features)).toBeCloseTo(predict(model, first.features), 5);
    expect(unpackModel(packModel(model).subarray(4))).toBeUndefined();
    for (const spoiled of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const packed = packModel(model);
      packed.writeFloatLE(spoiled, 400);
      expect(unpackModel(packed)).toBeUndefined();
    }
  });
});

describe('the labels of a sample', () => {
  const sample: Sample = { ...(samples(1)[0] as Sample), small: null, large: null };

  it.each([
    [
      { used: 'small', outcome: 'right' },
      { small: true, large: null },
    ],
    [
      { used: 'small', outcome: 'wrong' },
      { small: false, large: null },
    ],
    [
      { used: 'large', outcome: 'wrong', small: false },
      { small: false, large: false },
    ],
    [
      { used: 'small', outcome: 'wrong', small: true },
      { small: false, large: null },
    ],
    [
      { used: 'large', outcome: 'right', large: false },
      { small: null, large: false },
    ],
    [
      { used: 'small', outcome: 'unknown', small: true },
      { small: true, large: null },
    ],
  ] as [Partial<Sample>, object][])('%j: %j', (told, expected) => {
    expect(labelsOf({ ...sample, ...told })).toEqual(expected);
  });
});

describe('the curve', () => {
  const heldOut = [
    { score: 0.9, small: 1, large: 1 },
    { score: 0.8, small: 1, large: 1 },
    { score: 0.3, small: 0, large: 1 },
    { score: 0.1, small: 0, large: 1 },
  ];

  it('counts what a threshold costs and keeps', () => {
    const settings = { ratio: 0.1, cascade: false };
    expect(pointOf(heldOut, 0.5, settings)).toMatchObject({ costShare: 0.55, quality: 1 });
    expect(pointOf(heldOut, 0, settings)).toMatchObject({ costShare: 0.1, quality: 0.5 });
    expect(pointOf(heldOut, 1, settings)).toMatchObject({ costShare: 1, quality: 1, qualityAtLeast: 1 });
    const cascade = pointOf(heldOut, 0, { ratio: 0.1, cascade: true });
    expect(cascade).toMatchObject({ quality: 1 });
    expect(cascade.costShare).toBeCloseTo(0.6);
  });

  it('has a lower bound that few requests do not lift', () => {
    const point = pointOf(heldOut, 0.2, { ratio: 0.1, cascade: false });
    expect(point.quality).toBe(0.75);
    expect(point.qualityAtLeast).toBeLessThan(0.45);
    const curve = curveOf(heldOut, { ratio: 0.1, cascade: false });
    expect(cheapest(curve, 0.6)?.threshold).toBeGreaterThan(0.3);
  });
});

describe('the area under the curve', () => {
  it('is 1 for scores that tell all apart, a half for equal ones, and not there for one kind', () => {
    const apart = [0.1, 0.2, 0.8, 0.9].map((score) => ({ score, good: score > 0.5 }));
    expect(areaUnderCurve(apart).area).toBe(1);
    expect(areaUnderCurve(apart.map((item) => ({ ...item, score: 0.5 }))).area).toBe(0.5);
    expect(areaUnderCurve(apart.map((item) => ({ ...item, good: true }))).area).toBeNaN();
  });
});
