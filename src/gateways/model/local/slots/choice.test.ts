import { expect, it } from 'vitest';
import { sourceOf } from '../request/read-message.ts';
import { findChoices } from './choice.ts';
import { readSchema } from './schema.ts';

const now = new Date('2026-03-01T10:00:00Z');
const find = (text: string, values: readonly string[], description = '') => {
  const schema = readSchema({ type: 'string', enum: [...values], description });
  return findChoices({ name: 'plan', required: true, schema }, sourceOf(text, 'en', now)).map(
    ({ value }) => value,
  );
};

it('finds a value by its own words, and by the part of the description that speaks of it', () => {
  const description = 'gold: for travellers abroad. silver: for students.';
  expect(find('I want the silver one', ['gold', 'silver'], description)).toEqual(['silver']);
  expect(find('I am a student', ['gold', 'silver'], description)).toEqual(['silver']);
});

it('reads each value once, however much is said of them, and chooses nothing of a list without end', () => {
  const values = Array.from({ length: 1_001 }, (_, index) => `plan${index}`);
  const few = values.slice(1);
  expect(find('I want plan7', few, few.join(', '))).toEqual(['plan7']);
  expect(find('I want plan7', values, values.join(', '))).toEqual([]);
});
