import { expect, it } from 'vitest';
import { meaningOf } from './meaning.ts';

it('the meaning of a question is what is left without courtesy and empty words', () => {
  expect(meaningOf('Could you tell me why my cards were not accepted?').map(({ word }) => word)).toEqual([
    'why',
    'card',
    'were',
    'not',
    'accepted',
  ]);
});
