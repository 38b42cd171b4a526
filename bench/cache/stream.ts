import { type Calibration, calibrate, type Judgement } from '../../src/pillars/cache/semantic/calibrate.ts';
import { matchesOf } from '../../src/pillars/cache/semantic/match.ts';
import { meaningOf } from '../../src/pillars/cache/semantic/meaning.ts';
import { NEAREST, UNLIKE } from '../../src/pillars/cache/semantic/semantic-index.ts';
import type { Witness } from '../../src/pillars/cache/semantic/witnesses.ts';
import type { Query } from './read-banking77.ts';

/** As the product keeps them: the newest of a scope. */
const KEPT = 1_000;

type Asked = Query & Pick<Witness, 'words'>;

/** Questions in the order in which they come; of each those before it that are like it, the most alike first. */
export type Stream = { queries: readonly Asked[]; near: readonly { at: Uint32Array; like: Float32Array }[] };

/** `mistakes`: what was asked, and the question of another intent whose answer it got. */
export type Outcome = {
  asked: number;
  hits: number;
  wrong: number;
  mistakes: [asked: Query, found: Query][];
};

export type Setting = {
  /** Likeness alone decides: the nearest question at or above it answers. */
  unguarded?: true;
  threshold: number;
  witnesses?: { count: number; margin: number };
  /** Share of hits that are not served but compared, and the share of wrong ones that is borne. */
  calibration?: {
    sample: number;
    maxWrong: number;
    random: () => number;
    /** Known before. */
    judgements?: readonly Judgement[];
  };
};

/** @param embed gives vectors of length 1 */
export function streamOf(queries: readonly Query[], embed: (text: string) => Float32Array): Stream {
  const vectors = queries.map(({ text }) => embed(text));
  const near = vectors.map((vector, later) => {
    const places: number[] = [];
    for (const [place, value] of vector.entries()) if (value !== 0) places.push(place);
    const likeness = vectors.slice(0, later).map((other) => {
      let sum = 0;
      for (const place of places) sum += (vector[place] ?? 0) * (other[place] ?? 0);
      return Math.round(sum * 10_000) / 10_000;
    });
    const at = [...likeness.keys()].filter((earlier) => (likeness[earlier] ?? 0) >= UNLIKE);
    at.sort((one, other) => (likeness[other] ?? 0) - (likeness[one] ?? 0));
    return { at: Uint32Array.from(at), like: Float32Array.from(at, (earlier) => likeness[earlier] ?? 0) };
  });
  return { queries: queries.map((query) => ({ ...query, words: meaningOf(query.text) })), near };
}

/** A semantic cache over streams, one after the other, each with an empty cache, all with one calibration. */
export function serve(
  streams: readonly Stream[],
  setting: Setting,
): Outcome & { calibration: Calibration; judgements: Judgement[] } {
  const outcome: Outcome = { asked: 0, hits: 0, wrong: 0, mistakes: [] };
  const judgements = [...(setting.calibration?.judgements ?? [])];
  const { sample = 0, maxWrong = 1, random = () => 1 } = setting.calibration ?? {};
  const policy = { threshold: setting.threshold, witnesses: setting.witnesses, maxWrong };
  let calibration = calibrate(judgements, policy);
  for (const stream of streams) {
    const kept: number[] = [];
    const isKept = new Set<number>();
    for (const [at, query] of stream.queries.entries()) {
      outcome.asked += 1;
      const match = matchOf(stream, at, isKept, { ...setting, calibration });
      const found = match === undefined ? undefined : stream.queries[match.at];
      if (match === undefined || found === undefined) {
        kept.push(at);
        isKept.add(at);
        if (kept.length > KEPT) isKept.delete(kept.shift() ?? 0);
        continue;
      }
      const wrong = found.intent !== query.intent;
      const isUnproven =
        match.margin !== undefined && (calibration.margin === null || match.margin < calibration.margin);
      if (isUnproven || random() < sample) {
        judgements.push({ similarity: match.similarity, margin: match.margin, wrong });
        calibration = calibrate(judgements, policy);
        continue;
      }
      outcome.hits += 1;
      if (!wrong) continue;
      outcome.wrong += 1;
      outcome.mistakes.push([query, found]);
    }
  }
  return { ...outcome, calibration, judgements };
}

/** What the product would answer with. */
function matchOf(
  { queries, near }: Stream,
  at: number,
  isKept: ReadonlySet<number>,
  { unguarded, witnesses, calibration }: Omit<Setting, 'calibration'> & { calibration: Calibration },
): { at: number; similarity: number; margin?: number | undefined } | undefined {
  const { threshold } = calibration;
  const row = near[at];
  const query = queries[at];
  if (row === undefined || query === undefined) return undefined;
  const neighbours: (Witness & { at: number })[] = [];
  for (const [rank, earlier] of row.at.entries()) {
    const other = queries[earlier];
    if (other === undefined || !isKept.has(earlier)) continue;
    const similarity = Math.round((row.like[rank] ?? 0) * 10_000) / 10_000;
    const { text: question, intent: answer, words } = other;
    neighbours.push({ at: earlier, question, answer, words, run: String(earlier), similarity });
    if (neighbours.length === NEAREST) break;
  }
  if (unguarded) {
    return neighbours.find(({ similarity }) => threshold !== null && similarity >= threshold);
  }
  const [match] = matchesOf(query.text, neighbours, {
    threshold,
    margin: witnesses?.margin ?? null,
    witnesses: witnesses?.count,
  });
  if (match === undefined) return undefined;
  return { at: match.kept.at, similarity: match.kept.similarity, margin: match.margin };
}
