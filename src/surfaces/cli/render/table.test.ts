import { describe, expect, it } from 'vitest';
import { showTable } from './table.ts';

describe('a table', () => {
  it('has its columns aligned', () => {
    expect(
      showTable(
        ['ID', 'INPUT'],
        [
          ['1', 'short'],
          ['22222', 'b'],
        ],
        undefined,
      ),
    ).toBe('ID     INPUT\n1      short\n22222  b\n');
  });

  it('cuts its last column where the terminal ends', () => {
    const lines = showTable(['ID', 'INPUT'], [['1', 'x'.repeat(100)]], 40).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(40);
  });

  it('keeps a cell in its line', () => {
    expect(showTable(['A', 'B'], [['1\n2', 'x\u001b[2Jy']], undefined)).toBe('A    B\n1 2  x[2Jy\n');
  });
});
