import { hash } from 'node:crypto';
import { type Features, featuresOf, fitModel, predict } from '../../src/pillars/routing/learn/index.ts';
import type { Row } from './routellm-rows.ts';

const FOLDS = 5;
/** A tenant would have a secret one. */
const KEY = Buffer.alloc(32, 1);

/** How the rows are parted: by lot, or so that no subject is on both sides. */
export type Split = 'random' | 'subject';

/** What the product keeps of each row. */
export function featuresOfRows(rows: readonly Row[]): Features[] {
  return rows.map(({ prompt }) =>
    featuresOf({ prompt: [{ role: 'user', content: [{ type: 'text', text: prompt }] }] }, KEY),
  );
}

/** Scores of all rows, each by a model that was trained on the other four fifths. */
export async function heldOutScores(
  rows: readonly Row[],
  features: readonly Features[],
  split: Split,
): Promise<number[]> {
  const folds = rows.map(({ subject }, index) =>
    shareOf(split === 'subject' ? subject : `row ${index}`, FOLDS),
  );
  const none: Features = { words: [], numbers: [] };
  const scores: number[] = Array(rows.length).fill(0);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const examples = rows.flatMap(({ weak }, index) =>
      folds[index] === fold ? [] : [{ features: features[index] ?? none, good: weak }],
    );
    const model = await fitModel(examples);
    for (const [index, given] of features.entries()) {
      if (folds[index] === fold) scores[index] = predict(model, given);
    }
  }
  return scores;
}

/** The same name falls into the same of `parts` each time. */
export function shareOf(name: string, parts: number): number {
  return Buffer.from(hash('sha256', name), 'hex').readUInt32LE(0) % parts;
}
