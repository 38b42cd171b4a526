import { DEFAULT_SEMANTIC, DEFAULT_WITNESSES } from '../../src/contract/cache.ts';
import { embedText } from '../../src/gateways/model/local/index.ts';
import { calibrate, type Judgement } from '../../src/pillars/cache/semantic/calibrate.ts';
import { seededRandom } from '../../test/chaos/storm/seeded-random.ts';
import { progress } from '../progress.ts';
import type { BenchOptions, Growth, Report } from '../report.ts';
import { type Likeness, likenessOf } from './likeness.ts';
import { contradictionsIn, mistakesOf, told } from './mistakes.ts';
import { ordersOf } from './orders.ts';
import { type Query, readBanking77 } from './read-banking77.ts';
import { readClinc150 } from './read-clinc150.ts';
import { type Outcome, type Setting, type Stream, serve } from './stream.ts';

const ORDERS = 10;
const THRESHOLDS = [0.8, 0.85, 0.9, 0.95];
const MARGINS = [0.18, 0.2, 0.22, 0.24, 0.26, 0.3, 1];
/** Shares of wrong hits that a definition may bear. */
const BORNE = [0.01, 0.02, 0.03];
const SEED = 77;

const COLUMNS = [
  { figure: 'hitRate', unit: '%' },
  { figure: 'wrongHitRate', unit: '%' },
  { figure: 'byLabel', unit: '%' },
  { figure: 'hits', unit: 'count' },
  { figure: 'wrong', unit: 'count' },
  { figure: 'sameQuestion', unit: 'count' },
  { figure: 'witnessed', unit: 'hits' },
];

const { threshold, sample, maxWrong } = DEFAULT_SEMANTIC;
const { count, margin } = DEFAULT_WITNESSES;

/** Questions of a data set, in all the orders in which they are asked. */
type Part = { likeness: Likeness; orders: Stream[][] };

/**
 * How often the semantic cache answers a stream of customers' questions, and how often with the answer to another
 * one. Every question comes once: streams that repeat themselves have more hits. What is calibrated is calibrated on
 * the one part of banking77, and the figures are of the other.
 */
export async function measure({ quick }: BenchOptions): Promise<Report> {
  const { train, test } = await readBanking77();
  const others = quick ? undefined : await readClinc150();
  const orders = quick ? 3 : ORDERS;
  const calibration = partOf('calibration', quick ? train.filter((_, at) => at % 3 === 0) : train, orders);
  const heldOut = partOf('held-out', test, orders);
  const clinc150 = others === undefined ? undefined : partOf('CLINC150', others, orders);
  progress('comparing every hit of the calibration');
  const known = judgementsOf(calibration);
  const served = (borne: number) => servedAnew(heldOut, known, borne);
  const shipped = served(maxWrong);
  const proven = serve(heldOut.likeness, heldOut.orders.flat(), { threshold, witnesses: { count, margin } });
  const elsewhere =
    clinc150 === undefined
      ? undefined
      : serve(clinc150.likeness, clinc150.orders.flat(), { threshold, witnesses: { count, margin } });
  return {
    title: 'Semantic cache: hits and wrong hits',
    conditions: [
      `banking77, each question once, in ${orders} random orders that are added up; calibration: ${quick ? 'every third question of ' : ''}train.csv, streams of 3,400 at most; held-out: test.csv, streams of 3,080`,
      'embedding "local"; questions of one intent get one answer; a hit is wrong when the two questions have different intents, unless they are the same question, word for word but for case and punctuation',
      'CLINC150: its test questions that have an intent; the 1,000 of none have no label that could be right or wrong, and are left out',
      'the default margin is the lowest (in steps of 0.02) at which at most 0.75 % of the hits of the calibration are wrong, by their labels',
    ],
    rows: [
      { figure: 'hitRate', value: hitRate(shipped), unit: '%', better: 'more' },
      { figure: 'wrongHitRate', value: wrongHitRate(shipped), unit: '% of hits', better: 'less' },
      { figure: 'labelWrongHitRate', value: labelWrongHitRate(shipped), unit: '% of hits', better: 'less' },
      { figure: 'provenHitRate', value: hitRate(proven), unit: '%', better: 'more' },
      { figure: 'provenWrongHitRate', value: wrongHitRate(proven), unit: '% of hits', better: 'less' },
      ...(elsewhere === undefined
        ? []
        : [
            { figure: 'clinc150HitRate', value: hitRate(elsewhere), unit: '%', better: 'more' as const },
            {
              figure: 'clinc150WrongHitRate',
              value: wrongHitRate(elsewhere),
              unit: '% of hits',
              better: 'less' as const,
            },
          ]),
    ],
    peers: {},
    growth: [
      {
        title:
          'Held-out, by the share of wrong hits that is borne: the calibration proves a margin for it, or none',
        axis: 'maxWrongPercent',
        columns: [{ figure: 'proven', unit: 'orders' }, ...COLUMNS],
        rows: BORNE.map((borne) => ({
          level: 100 * borne,
          values: [provenIn(known, borne), ...valuesOf(served(borne))],
        })),
      },
      byMargin('Calibration', 'calibration', calibration),
      byMargin('Held-out', 'heldOut', heldOut),
      ...(clinc150 === undefined
        ? []
        : [byMargin('CLINC150, on which nothing was chosen', 'clinc150', clinc150)]),
      byThreshold(heldOut),
    ],
    notes: [
      `hitRate and wrongHitRate are those of the defaults on the held-out part: threshold ${threshold}, margin ${margin} of ${count} questions, ${sample * 100} % of hits compared, at most ${maxWrong * 100} % wrong; what was compared in one order of the calibration is known at the start of each; it has proven a margin in ${provenIn(known, maxWrong)} of ${orders}.`,
      'clinc150HitRate and clinc150WrongHitRate: of another data set, on which nothing was chosen, with that margin proven.',
      'provenHitRate and provenWrongHitRate: the same once the default margin is proven, and none is compared any more.',
      `No bound is given: a question comes once in each order, so its hits are not independent, and one pair of labels that contradict each other is counted up to ${orders} times.`,
      'labelWrongHitRate, byLabel: with those hits whose two questions are the same, word for word, and have two labels (sameQuestion).',
      `The guard's lists of empty words are older than the division, and were drawn up with all of banking77 at hand.`,
      ...listed('Held-out', shipped),
      ...listed('Held-out, once proven', proven),
      ...(elsewhere === undefined ? [] : listed('CLINC150, once proven', elsewhere)),
    ],
  };
}

function partOf(name: string, queries: readonly Query[], orders: number): Part {
  progress(`comparing questions of ${name}`);
  return { likeness: likenessOf(queries, embedText), orders: ordersOf(queries.length, orders) };
}

/** What a definition could have learned from so many questions, in each order anew. */
function judgementsOf({ likeness, orders }: Part): Judgement[][] {
  return orders.map(
    (streams) =>
      serve(likeness, streams, {
        ...{ threshold, witnesses: { count, margin } },
        calibration: { sample: 1, maxWrong: 1, random: () => 0 },
      }).judgements,
  );
}

/** Each order begins with what one order of the calibration has shown, and learns on only from itself. */
function servedAnew({ likeness, orders }: Part, known: readonly Judgement[][], borne: number): Outcome {
  const random = seededRandom(SEED);
  const outcomes = orders.map((streams, order) => {
    const calibration = { sample, maxWrong: borne, random, judgements: known[order] ?? [] };
    return serve(likeness, streams, { threshold, witnesses: { count, margin }, calibration });
  });
  return sumOf(outcomes);
}

/** In how many orders the calibration has proven a margin before the first question comes. */
function provenIn(known: readonly Judgement[][], borne: number): number {
  const policy = { threshold, maxWrong: borne, witnesses: { margin } };
  return known.filter((judgements) => calibrate(judgements, policy).margin !== null).length;
}

function sumOf(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, one) => all + of(one), 0);
  return {
    ...{ asked: sum(({ asked }) => asked), hits: sum(({ hits }) => hits), wrong: sum(({ wrong }) => wrong) },
    mistakes: outcomes.flatMap(({ mistakes }) => mistakes),
    witnessed: {
      hits: sum(({ witnessed }) => witnessed.hits),
      wrong: sum(({ witnessed }) => witnessed.wrong),
    },
  };
}

function byMargin(title: string, axis: string, part: Part): Growth {
  return tableOf(title, axis, MARGINS, part, (least) => ({
    ...{ threshold, witnesses: { count, margin: least } },
  }));
}

function byThreshold(part: Part): Growth {
  const title = 'Held-out, by likeness alone, without any guard';
  return tableOf(title, 'unguarded', THRESHOLDS, part, (least) => ({ threshold: least, unguarded: true }));
}

function tableOf(
  title: string,
  axis: string,
  levels: readonly number[],
  { likeness, orders }: Part,
  settingOf: (level: number) => Setting,
): Growth {
  progress(`serving ${title}`);
  const rows = levels.map((level) => ({
    level,
    values: valuesOf(serve(likeness, orders.flat(), settingOf(level))),
  }));
  return { title, axis, columns: COLUMNS, rows };
}

function valuesOf(outcome: Outcome): number[] {
  const { hits, witnessed } = outcome;
  const rates = [hitRate(outcome), wrongHitRate(outcome), labelWrongHitRate(outcome)];
  return [...rates, hits, trulyWrong(outcome), contradictionsIn(outcome), witnessed.hits];
}

function hitRate({ hits, asked }: Outcome): number {
  return (100 * hits) / asked;
}

function wrongHitRate(outcome: Outcome): number {
  return shareOf(outcome, trulyWrong(outcome));
}

/** As the labels have it, also where they contradict each other. */
function labelWrongHitRate(outcome: Outcome): number {
  return shareOf(outcome, outcome.wrong);
}

function trulyWrong(outcome: Outcome): number {
  return outcome.wrong - contradictionsIn(outcome);
}

function shareOf({ hits }: Outcome, count: number): number {
  return hits === 0 ? 0 : (100 * count) / hits;
}

function listed(name: string, outcome: Outcome): string[] {
  const { asked, hits } = outcome;
  const mistakes = mistakesOf(outcome);
  return [
    `${name}: ${hits} of ${asked} answered from the cache, ${trulyWrong(outcome)} wrong, ${contradictionsIn(outcome)} the same question with two labels; all of them:`,
    ...mistakes.map((mistake) => `  ${told(mistake)}`),
  ];
}
