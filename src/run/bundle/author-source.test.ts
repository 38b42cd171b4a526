import { describe, expect, it } from 'vitest';
import { authorPlaces, authorSource } from './author-source.ts';

describe('names of source files', () => {
  it.each([
    ['bulkhead.ts', 'bulkhead.ts'],
    ['src/my tools (1).ts', 'src/my tools (1).ts'],
    ['src/größe.ts', 'src/größe.ts'],
    ['../common/money.ts', '../common/money.ts'],
    ['../../money.ts', '../../money.ts'],
    ['node_modules/zod/index.js', 'node_modules/zod/index.js'],
    ['../../deep/node_modules/.pnpm/zod@4/node_modules/zod/index.js', 'node_modules/zod/index.js'],
  ])('%s is found again as %s', (path, file) => {
    const stack = `Error: no\n    at find (${authorSource(path)}:12:5)\n    at node:internal/main:1:1`;
    expect(authorPlaces(stack)).toEqual([{ file, line: 12 }]);
  });

  it('keep files above the folder apart from those inside', () => {
    expect(authorSource('../tools.ts')).not.toBe(authorSource('tools.ts'));
  });
});
