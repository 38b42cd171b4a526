import { type Calibration, calibrate, type Judgement } from '../../src/pillars/cache/semantic/calibrate.ts';
import { matchesOf } from '../../src/pillars/cache/semantic/match.ts';
import { NEAREST } from '../../src/pillars/cache/semantic/semantic-index.ts';
import type { Witness } from '../../src/pillars/cache/semantic/witnesses.ts';
import type { Likeness } from './likeness.ts';
import type { Query } from './read-banking77.ts';

/** As the product keeps them: the newest of a scope. */
const KEPT = 1_000;

/** Places of questions in the order in which they come. */
export type Stream = readonly number[];

/** `mistakes`: what was asked, and the question of another intent whose answer it got. */
export type Outcome = {
  asked: number;
  hits: number;
  wrong: number;
  mistakes: [asked: Query, found: Query][];
  /** Of the hits, those for which several questions spoke. */
  witnessed: { hits: number; wrong: number };
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

/** A semantic cache over streams, one after the other, each with an empty cache, all with one calibration. */
export function serve(
  likeness: Likeness,
  streams: readonly Stream[],
  setting: Setting,
): Outcome & { calibration: Calibration; judgements: Judgement[] } {
  const outcome: Outcome = { asked: 0, hits: 0, wrong: 0, mistakes: [], witnessed: { hits: 0, wrong: 0 } };
  const judgements = [...(setting.calibration?.judgements ?? [])];
  const { sample = 0, maxWrong = 1, random = () => 1 } = setting.calibration ?? {};
  const policy = { threshold: setting.threshold, witnesses: setting.witnesses, maxWrong };
  let calibration = calibrate(judgements, policy);
  for (const stream of streams) {
    const kept: number[] = [];
    const isKept = new Uint8Array(likeness.queries.length);
    for (const at of stream) {
      const query = likeness.queries[at];
      if (query === undefined) continue;
      outcome.asked += 1;
      const match = matchOf(likeness, at, isKept, { ...setting, calibration });
      const found = match === undefined ? undefined : likeness.queries[match.at];
      if (match === undefined || found === undefined) {
        kept.push(at);
        isKept[at] = 1;
        if (kept.length > KEPT) isKept[kept.shift() ?? 0] = 0;
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
      if (match.margin !== undefined) outcome.witnessed.hits += 1;
      if (!wrong) continue;
      outcome.wrong += 1;
      if (match.margin !== undefined) outcome.witnessed.wrong += 1;
      outcome.mistakes.push([query, found]);
    }
  }
  return { ...outcome, calibration, judgements };
}

/** What the product would answer with. */
function matchOf(
  { queries, near }: Likeness,
  at: number,
  isKept: Uint8Array,
  { unguarded, witnesses, calibration }: Omit<Setting, 'calibration'> & { calibration: Calibration },
): { at: number; similarity: number; margin?: number | undefined } | undefined {
  const { threshold } = calibration;
  const row = near[at];
  const query = queries[at];
  if (row === undefined || query === undefined) return undefined;
  const neighbours: (Witness & { at: number })[] = [];
  for (let rank = 0; rank < row.at.length; rank += 1) {
    const earlier = row.at[rank] ?? 0;
    if (isKept[earlier] === 0) continue;
    const other = queries[earlier];
    if (other === undefined) continue;
    const similarity = (row.like[rank] ?? 0) / 10_000;
    const { text: question, intent: answer, words } = other;
    neighbours.push({ at: earlier, question, answer, words, run: String(earlier), similarity });
    if (neighbours.length === NEAREST) break;
  }
  if (unguarded) {
    return neighbours.find(({ similarity }) => threshold !== null && similarity >= threshold);
  }
  const [match] = matchesOf({ question: query.text, words: query.words }, neighbours, {
    threshold,
    margin: witnesses?.margin ?? null,
    witnesses: witnesses?.count,
  });
  if (match === undefined) return undefined;
  return { at: match.kept.at, similarity: match.kept.similarity, margin: match.margin };
}
