import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../bench/routing/parse-csv.ts';
import type { Row } from '../../bench/routing/routellm-rows.ts';
import { reportOf } from '../../bench/routing/routing.ts';
import { atEqualQuality, bestByScore, byCascade, byOracle } from '../../bench/routing/ways.ts';

function row(weak: boolean, strong: boolean, prompt = 'a question', subject = 'one'): Row {
  return { prompt, weak, strong, subject };
}

/** The weak model is right in half, the strong one in three quarters. */
const ROWS = [row(true, true), row(true, false), row(false, true), row(false, true)];

describe('what ways of choosing save', () => {
  it('by a score is the most that costs no quality, with equal scores on one side', () => {
    expect(bestByScore(ROWS, [4, 3, 2, 1], 0.2)).toEqual({ saved: (3 * 0.8) / 4, quality: 0.75 });
    expect(bestByScore(ROWS, [1, 1, 1, 1], 0.2)).toEqual({ saved: 0, quality: 0.75 });
    expect(bestByScore(ROWS, [1, 2, 3, 4], 0.2).saved).toBe(0);
  });

  it('by a cascade is what its strong calls leave, and quality that no single model has', () => {
    const full = byCascade(ROWS, 0.2);
    expect(full).toEqual({ saved: 1 - 0.2 - 0.5, quality: 1 });
    const equal = atEqualQuality(ROWS, full, 0.2);
    expect(equal.quality).toBe(0.75);
    expect(equal.saved).toBeCloseTo(1 - 0.2 - 0.25);
    const mistaken = byCascade(ROWS, 0.2, 0.1);
    expect(mistaken.saved).toBeCloseTo(1 - 0.2 - 0.5);
    expect(mistaken.quality).toBeCloseTo((1 + 0.9 + 0.9 + 0.9) / 4);
  });

  it('by an oracle is bounded by the weak model', () => {
    expect(byOracle(ROWS, 0.2)).toEqual({ saved: 0.75 * 0.8, quality: 0.75 });
  });
});

describe('the report', () => {
  it('finds what words tell within subjects, and says when they tell nothing of others', async () => {
    const rows = Array.from({ length: 600 }, (_, index) => {
      const easy = index % 2 === 0;
      const letter = 'abcdefghijkl'.charAt(Math.floor(index / 2) % 12);
      const subject = `subject ${letter}`;
      // The word that tells is another in each subject.
      const tells = `${easy ? 'light' : 'heavy'}${letter}`;
      return row(easy, index % 20 !== 1, `what about ${tells} matters like this`, subject);
    });
    const { rows: figures } = await reportOf(rows, false);
    const figure = (name: string) => figures.find(({ figure }) => figure === name)?.value ?? Number.NaN;
    expect(figure('costSavedLearned')).toBeGreaterThan(40);
    expect(figure('aucLearned')).toBeGreaterThan(0.9);
    expect(figure('aucLearnedUnseen')).toBeLessThan(0.8);
    expect(figure('costSavedCascade')).toBeGreaterThan(figure('costSavedLearned') - 10);
    expect(figure('costSavedOracle')).toBeGreaterThanOrEqual(figure('costSavedLearned'));
  });
});

it('reads fields in quotes over several lines', () => {
  expect(parseCsv('prompt,right\n"one,\n""two""",True\r\nthree,False\n')).toEqual([
    { prompt: 'one,\n"two"', right: 'True' },
    { prompt: 'three', right: 'False' },
  ]);
  expect(parseCsv('a,b\n1,')).toEqual([{ a: '1', b: '' }]);
});
