import { areaUnderCurve, cheapest, curveOf } from '../../src/pillars/routing/learn/index.ts';
import { progress } from '../progress.ts';
import type { BenchOptions, Row as Figure, Report } from '../report.ts';
import { featuresOfRows, heldOutScores, shareOf } from './held-out-scores.ts';
import { type Row, readRows, WHERE } from './routellm-rows.ts';
import {
  atEqualQuality,
  bestByScore,
  byCascade,
  byOracle,
  byThreshold,
  mean,
  strongQuality,
} from './ways.ts';

/**
 * US dollars for a million tokens, as RouteLLM counts them for these two models (Ong et al., "RouteLLM: Learning to
 * Route LLMs with Preference Data", arXiv 2406.18665, 2024).
 */
const PRICES = { weak: 0.24, strong: 24.7 };
const RATIO = PRICES.weak / PRICES.strong;
/** Of the check that is mistaken at times. */
const WRONG_CHECKS = 0.1;

/** What ways of choosing between a weak and a strong model save, at no less than the strong one's quality. */
export async function measure({ quick }: BenchOptions): Promise<Report> {
  const folder = process.env.BULKHEAD_ROUTELLM;
  if (folder === undefined || folder === '') {
    console.error(WHERE);
    process.exit(2);
  }
  return reportOf(await readRows(folder), quick);
}

/** @param quick without the split by subject */
export async function reportOf(rows: readonly Row[], quick: boolean): Promise<Report> {
  progress('features');
  const features = featuresOfRows(rows);
  progress('learned, random split');
  const random = await heldOutScores(rows, features, 'random');
  if (!quick) progress('learned, unseen subjects');
  const unseen = quick ? undefined : await heldOutScores(rows, features, 'subject');
  const shortest = rows.map(({ prompt }) => -prompt.length);

  const learned = bestByScore(rows, random, RATIO);
  const chosen = chosenBeforehand(rows, random);
  const cascade = byCascade(rows, RATIO);
  const mistaken = byCascade(rows, RATIO, WRONG_CHECKS);
  const strong = strongQuality(rows);
  return {
    title: 'Routing: rows of RouteLLM (MMLU and GSM8K), Mixtral 8x7B or GPT-4 Turbo',
    conditions: [
      `${rows.length} rows of ${new Set(rows.map(({ subject }) => subject)).size} subjects; right: weak ${percent(mean(rows.map(({ weak }) => Number(weak))))}, strong ${percent(strong)}`,
      `prices: $${PRICES.weak} and $${PRICES.strong} a million tokens, a weak answer costs ${percent(RATIO)} of a strong one; cost saved: of asking the strong model always`,
      'equal quality: right at least as often as the strong model alone',
      'rules: the shortest prompts go to the weak model (no hard rule refuses either model anything here); learned: the linear model of the product, scores of five folds. Both with the threshold that is best in hindsight',
      `cascade: the weak answer is checked. The check is assumed perfect, as a test suite or a person would be here (the rows tell what is right, and hold nothing that a schema could check); with ${percent(WRONG_CHECKS)} errors it is mistaken so often, either way`,
    ],
    rows: [
      saved('costSavedRules', bestByScore(rows, shortest, RATIO).saved),
      saved('costSavedLearned', learned.saved),
      ...(unseen === undefined
        ? []
        : [saved('costSavedLearnedUnseen', bestByScore(rows, unseen, RATIO).saved)]),
      saved('costSavedLearnedChosen', chosen.saved),
      share('qualityLearnedChosen', chosen.quality),
      saved('costSavedCascade', cascade.saved),
      share('qualityCascade', cascade.quality / strong),
      saved('costSavedCascadeEqual', atEqualQuality(rows, cascade, RATIO).saved),
      saved('costSavedCascadeMistaken', mistaken.saved),
      share('qualityCascadeMistaken', mistaken.quality / strong),
      saved('costSavedOracle', byOracle(rows, RATIO).saved),
      area('aucLearned', rows, random),
      ...(unseen === undefined ? [] : [area('aucLearnedUnseen', rows, unseen)]),
    ],
    peers: {},
    growth: [
      {
        title: 'Cost saved at equal quality, by what a weak answer costs',
        axis: 'percentOfStrong',
        columns: ['rules', 'learned', 'cascade', 'oracle'].map((figure) => ({ figure, unit: '%' })),
        rows: [0.01, 0.05, 0.1, 0.2].map((ratio) => ({
          level: ratio * 100,
          values: [
            bestByScore(rows, shortest, ratio).saved,
            bestByScore(rows, random, ratio).saved,
            byCascade(rows, ratio).saved,
            byOracle(rows, ratio).saved,
          ].map((value) => value * 100),
        })),
      },
    ],
    notes: [
      'Chosen: the threshold is chosen with its bound of 95 % on one half of the rows, for the whole quality of the strong model, and measured on the other; its quality is a share of the strong one’s.',
      'Text alone foretells little of what a model will get right, and next to nothing on subjects that it has not seen: what saves is a check.',
    ],
  };
}

/** As the product chooses: on other rows than those that it is then measured on. */
function chosenBeforehand(
  rows: readonly Row[],
  scores: readonly number[],
): { saved: number; quality: number } {
  const all = rows.map((row, index) => ({
    row,
    score: scores[index] ?? 0,
    half: shareOf(`half ${index}`, 2),
  }));
  const curve = curveOf(
    all
      .filter(({ half }) => half === 0)
      .map(({ row, score }) => ({ score, small: Number(row.weak), large: Number(row.strong) })),
    { ratio: RATIO, cascade: false },
  );
  const threshold = cheapest(curve, 1)?.threshold ?? 1;
  const others = all.filter(({ half }) => half === 1);
  const measured = others.map(({ row }) => row);
  const outcome = byThreshold(
    measured,
    others.map(({ score }) => score),
    threshold,
    RATIO,
  );
  return { saved: outcome.saved, quality: outcome.quality / strongQuality(measured) };
}

function saved(figure: string, value: number): Figure {
  return { figure, value: value * 100, unit: '%', better: 'more' };
}

function share(figure: string, value: number): Figure {
  return { figure, value, unit: 'of strong', better: 'more' };
}

function area(figure: string, rows: readonly Row[], scores: readonly number[]): Figure {
  const scored = rows.map(({ weak }, index) => ({ score: scores[index] ?? 0, good: weak }));
  return { figure, value: areaUnderCurve(scored).area, unit: 'AUC', better: 'more' };
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
