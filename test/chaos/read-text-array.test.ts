import { expect, it } from 'vitest';
import { textArray } from '../../src/foundation/store/index.ts';
import { readTextArray } from './read-text-array.ts';

it.each([[[]], [['a']], [['', null, 'ä\u{1F600}', '{"kind":"run.claimed"}', null]]])(
  'a binary array of %j is read as it was written',
  (values) => {
    expect(readTextArray(textArray(values))).toEqual(values);
  },
);
