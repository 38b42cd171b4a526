import { DEFAULT_SEMANTIC, DEFAULT_WITNESSES } from '../../src/contract/cache.ts';
import { embedText } from '../../src/gateways/model/local/index.ts';
import { calibrate } from '../../src/pillars/cache/semantic/calibrate.ts';
import { upperBound } from '../../src/pillars/cache/semantic/upper-bound.ts';
import { seededRandom } from '../../test/chaos/storm/seeded-random.ts';
import { progress } from '../progress.ts';
import type { BenchOptions, Growth, Report } from '../report.ts';
import { type Query, readBanking77 } from './read-banking77.ts';
import { readClinc150 } from './read-clinc150.ts';
import { type Outcome, type Setting, type Stream, serve, streamOf } from './stream.ts';

const THRESHOLDS = [0.8, 0.85, 0.9, 0.95];
const MARGINS = [0.1, 0.14, 0.18, 0.22, 0.26, 0.3, 0.34, 1];
const LOWEST = 0.1;
/** Shares of wrong hits that a definition may bear. */
const BORNE = [0.01, 0.02, 0.03, 0.05];
const LENGTH = 3_400;

const COLUMNS = [
  { figure: 'hitRate', unit: '%' },
  { figure: 'wrongHitRate', unit: '%' },
  { figure: 'bound', unit: '%' },
  { figure: 'hits', unit: 'count' },
  { figure: 'wrong', unit: 'count' },
];
const SEED = 77;

const { threshold, sample, maxWrong } = DEFAULT_SEMANTIC;
const { count } = DEFAULT_WITNESSES;

/**
 * How often the semantic cache answers a stream of customers' questions, and how often with the answer to another
 * one. Every question comes once, in random order: streams that repeat themselves have more hits. What is calibrated
 * is calibrated on the one part of banking77, and the figures are of the other.
 */
export async function measure({ quick }: BenchOptions): Promise<Report> {
  const { train, test } = await readBanking77();
  const others = quick ? undefined : await readClinc150();
  const calibration = streamsOf(quick ? train.slice(0, LENGTH) : train, 'calibration');
  const heldOut = streamsOf(test, 'held-out');
  progress('comparing every hit of the calibration');
  const { judgements } = serve(calibration, {
    ...{ threshold, witnesses: { count, margin: LOWEST } },
    calibration: { sample: 1, maxWrong: 1, random: () => 0 },
  });
  const served = (borne: number, least: number = DEFAULT_WITNESSES.margin) =>
    serve(heldOut, {
      ...{ threshold, witnesses: { count, margin: least } },
      calibration: { sample, maxWrong: borne, random: seededRandom(SEED), judgements },
    });
  const shipped = served(maxWrong);
  return {
    title: 'Semantic cache: hits and wrong hits',
    conditions: [
      'banking77, each question once; calibration: train.csv, streams of 3,400; held-out: test.csv, one stream of 3,080',
      'embedding "local"; a hit is wrong when the two questions have different intents; questions of one intent get one answer',
      'the default margin is the lowest at which at most 0.75 % of the hits of the calibration are wrong',
    ],
    rows: [
      { figure: 'hitRate', value: hitRate(shipped), unit: '%', better: 'more' },
      { figure: 'wrongHitRate', value: wrongHitRate(shipped), unit: '% of hits', better: 'less' },
    ],
    peers: {},
    growth: [
      {
        title:
          'Held-out, by the share of wrong hits that is borne: the calibration proves a margin for it, or none',
        axis: 'maxWrongPercent',
        columns: [{ figure: 'margin', unit: '1 = none' }, ...COLUMNS],
        rows: BORNE.map((borne) => {
          const policy = { threshold, maxWrong: borne, witnesses: { margin: LOWEST } };
          const { margin } = calibrate(judgements, policy);
          return { level: 100 * borne, values: [margin ?? 1, ...valuesOf(served(borne, LOWEST))] };
        }),
      },
      byMargin('Calibration', 'calibration', calibration),
      byMargin('Held-out', 'heldOut', heldOut),
      ...(others === undefined
        ? []
        : [byMargin('CLINC150, of which nothing was read', 'clinc150', streamsOf(others, 'CLINC150'))]),
      byThreshold(heldOut),
    ],
    notes: [
      `hitRate and wrongHitRate are those of the defaults on the held-out part: threshold ${threshold}, margin ${DEFAULT_WITNESSES.margin} of ${count} questions, ${sample * 100} % of hits compared, at most ${maxWrong * 100} % wrong; what was compared in the calibration is known.`,
      `${told(shipped)}; threshold at the end ${shown(shipped.calibration.threshold)}, proven margin ${shown(shipped.calibration.margin)}.`,
      'bound: the share of wrong hits is below it with 95 % certainty (Clopper and Pearson).',
      `The guard's lists of empty words are older than the division, and were drawn up with all of banking77 at hand.`,
      ...shipped.mistakes
        .slice(0, 10)
        .map(([asked, found]) => `Wrong: ${named(asked)} got the answer to ${named(found)}.`),
    ],
  };
}

function streamsOf(queries: readonly Query[], name: string): Stream[] {
  const order = shuffled(queries);
  const streams: Stream[] = [];
  for (let from = 0; from < order.length; from += LENGTH) {
    progress(`comparing questions of ${name}, from ${from}`);
    streams.push(streamOf(order.slice(from, from + LENGTH), embedText));
  }
  return streams;
}

function byMargin(title: string, axis: string, streams: readonly Stream[]): Growth {
  progress(`serving ${title}`);
  return tableOf(title, axis, MARGINS, streams, (margin) => ({ threshold, witnesses: { count, margin } }));
}

function byThreshold(streams: readonly Stream[]): Growth {
  const title = 'Held-out, by likeness alone, without any guard';
  return tableOf(title, 'unguarded', THRESHOLDS, streams, (least) => ({ threshold: least, unguarded: true }));
}

function tableOf(
  title: string,
  axis: string,
  levels: readonly number[],
  streams: readonly Stream[],
  settingOf: (level: number) => Setting,
): Growth {
  return {
    ...{ title, axis },
    columns: COLUMNS,
    rows: levels.map((level) => ({ level, values: valuesOf(serve(streams, settingOf(level))) })),
  };
}

function valuesOf(outcome: Outcome): number[] {
  const { wrong, hits } = outcome;
  return [hitRate(outcome), wrongHitRate(outcome), 100 * upperBound(wrong, hits), hits, wrong];
}

function hitRate({ hits, asked }: Outcome): number {
  return (100 * hits) / asked;
}

function wrongHitRate({ hits, wrong }: Outcome): number {
  return hits === 0 ? 0 : (100 * wrong) / hits;
}

function told({ asked, hits, wrong }: Outcome): string {
  return `${hits} of ${asked} answered from the cache, ${wrong} wrong, bound ${(100 * upperBound(wrong, hits)).toFixed(2)} %`;
}

function named({ text, intent }: Query): string {
  return `"${text}" (${intent})`;
}

function shown(least: number | null): string {
  return least === null ? 'none' : String(least);
}

/** Fisher and Yates, by a seed: the same order on every machine. */
function shuffled(queries: readonly Query[]): Query[] {
  const random = seededRandom(SEED);
  const order = [...queries];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [one, two] = [order[at], order[other]];
    if (one === undefined || two === undefined) continue;
    order[at] = two;
    order[other] = one;
  }
  return order;
}
