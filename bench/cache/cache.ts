import { DEFAULT_SEMANTIC } from '../../src/contract/cache.ts';
import { embedText } from '../../src/gateways/model/local/index.ts';
import { seededRandom } from '../../test/chaos/storm/seeded-random.ts';
import { progress } from '../progress.ts';
import type { BenchOptions, Growth, Report } from '../report.ts';
import { type Query, readBanking77 } from './read-banking77.ts';
import { type Outcome, type Setting, type Stream, serve, streamOf } from './stream.ts';

const THRESHOLDS = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
const LENGTH = 3_000;
const SEED = 77;

/**
 * How often the semantic cache answers a stream of customers' questions, and how often with the answer to another
 * one. Every question of banking77 comes once, in random order: streams that repeat themselves have more hits.
 */
export async function measure({ quick }: BenchOptions): Promise<Report> {
  const queries = shuffled(await readBanking77());
  const streams: Stream[] = [];
  for (let from = 0; from + LENGTH <= queries.length; from += LENGTH) {
    progress(`comparing questions ${from} to ${from + LENGTH}`);
    streams.push(streamOf(queries.slice(from, from + LENGTH), embedText));
    if (quick) break;
  }
  const run = (setting: Setting) => serve(streams, setting);
  const table = (guard: boolean): Growth => ({
    title: guard ? 'With the guard' : 'Without the guard: likeness alone',
    axis: guard ? 'guarded' : 'unguarded',
    columns: [
      { figure: 'hitRate', unit: '%' },
      { figure: 'wrongHitRate', unit: '%' },
      { figure: 'hits', unit: 'count' },
    ],
    rows: THRESHOLDS.map((threshold) => {
      const outcome = run({ threshold, guard });
      return { level: threshold, values: [hitRate(outcome), wrongHitRate(outcome), outcome.hits] };
    }),
  });
  const { threshold, sample, maxWrong } = DEFAULT_SEMANTIC;
  const calibration = { sample, maxWrong, random: seededRandom(SEED) };
  const shipped = run({ threshold, guard: true, calibration });
  const unguarded = run({
    threshold,
    guard: false,
    calibration: { ...calibration, random: seededRandom(SEED) },
  });
  return {
    title: 'Semantic cache: hits and wrong hits',
    conditions: [
      `banking77, ${streams.length} streams of ${LENGTH} questions, each question once; embedding "local"`,
      'a hit is wrong when the two questions have different intents',
      'the words of the guard were chosen with these questions at hand: on others more hits may be wrong',
    ],
    rows: [
      { figure: 'hitRate', value: hitRate(shipped), unit: '%', better: 'more' },
      { figure: 'wrongHitRate', value: wrongHitRate(shipped), unit: '% of hits', better: 'less' },
    ],
    peers: {},
    growth: [table(false), table(true)],
    notes: [
      `hitRate and wrongHitRate are those of the defaults: threshold ${threshold}, guard, ${sample * 100} % of hits compared, at most ${maxWrong * 100} % wrong.`,
      `${shipped.hits} hits served, ${shipped.wrong} wrong; ${shipped.calibration.judged} compared, ${shipped.calibration.wrong} wrong; threshold at the end ${shown(shipped.calibration.threshold)}.`,
      ...shipped.mistakes
        .slice(0, 10)
        .map(([asked, found]) => `Wrong: ${named(asked)} got the answer to ${named(found)}.`),
      `The same without the guard: ${unguarded.hits} hits served, ${unguarded.wrong} wrong; threshold at the end ${shown(unguarded.calibration.threshold)}.`,
    ],
  };
}

function hitRate({ hits, asked }: Outcome): number {
  return (100 * hits) / asked;
}

function wrongHitRate({ hits, wrong }: Outcome): number {
  return hits === 0 ? 0 : (100 * wrong) / hits;
}

function named({ text, intent }: Query): string {
  return `"${text}" (${intent})`;
}

function shown(threshold: number | null): string {
  return threshold === null ? 'none (off)' : String(threshold);
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
