import { type Calibration, calibrate, type Judgement } from '../../src/pillars/cache/semantic/calibrate.ts';
import { cosine } from '../../src/pillars/cache/semantic/embedder.ts';
import { differenceOf } from '../../src/pillars/cache/semantic/meaning.ts';
import type { Query } from './read-banking77.ts';

/** Questions in the order in which they come, with how alike each is to each before it. */
export type Stream = {
  queries: readonly Query[];
  /** Of questions `later` and `earlier`. */
  similarity(later: number, earlier: number): number;
};

/** `mistakes`: what was asked, and the question of another intent whose answer it got. */
export type Outcome = {
  asked: number;
  hits: number;
  wrong: number;
  mistakes: [asked: Query, found: Query][];
};

/** As the product keeps them: the newest of a scope. */
const KEPT = 1_000;

export function streamOf(queries: readonly Query[], embed: (text: string) => Float32Array): Stream {
  const vectors = queries.map(({ text }) => embed(text));
  const rows = vectors.map((vector, later) =>
    Float32Array.from(
      vectors.slice(0, later),
      (other) => Math.round(cosine(vector, other) * 10_000) / 10_000,
    ),
  );
  return { queries, similarity: (later, earlier) => rows[later]?.[earlier] ?? 0 };
}

export type Setting = {
  threshold: number;
  guard: boolean;
  /** Share of hits that are not served but compared, and the share of wrong ones that is borne. */
  calibration?: { sample: number; maxWrong: number; random: () => number };
};

/** A semantic cache over streams, one after the other, each with an empty cache, all with one calibration. */
export function serve(streams: readonly Stream[], setting: Setting): Outcome & { calibration: Calibration } {
  const outcome: Outcome = { asked: 0, hits: 0, wrong: 0, mistakes: [] };
  const judgements: Judgement[] = [];
  const policy = { threshold: setting.threshold, maxWrong: setting.calibration?.maxWrong ?? 1 };
  let calibration = calibrate(judgements, policy);
  for (const stream of streams) {
    const kept: number[] = [];
    for (const [at, query] of stream.queries.entries()) {
      outcome.asked += 1;
      const found = nearest(stream, at, kept, calibration.threshold, setting.guard);
      if (found === undefined) {
        kept.push(at);
        if (kept.length > KEPT) kept.shift();
        continue;
      }
      const other = stream.queries[found.earlier];
      const wrong = other?.intent !== query.intent;
      const { sample = 0, random = () => 1 } = setting.calibration ?? {};
      if (random() < sample) {
        judgements.push({ similarity: found.similarity, wrong });
        calibration = calibrate(judgements, policy);
        continue;
      }
      outcome.hits += 1;
      if (!wrong) continue;
      outcome.wrong += 1;
      if (other !== undefined) outcome.mistakes.push([query, other]);
    }
  }
  return { ...outcome, calibration };
}

function nearest(
  { queries, similarity }: Stream,
  at: number,
  kept: readonly number[],
  threshold: number | null,
  guard: boolean,
): { earlier: number; similarity: number } | undefined {
  if (threshold === null) return undefined;
  const near = kept
    .map((earlier) => ({ earlier, similarity: similarity(at, earlier) }))
    .filter((neighbour) => neighbour.similarity >= threshold)
    .sort((one, other) => other.similarity - one.similarity);
  if (!guard) return near[0];
  const { text = '' } = queries[at] ?? {};
  return near.find(({ earlier }) => differenceOf(text, queries[earlier]?.text ?? '') === undefined);
}
