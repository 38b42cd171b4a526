import { oneLine } from './plain-text.ts';

/**
 * Rows in columns, the headings first. The last column takes what is left of the width.
 *
 * @param columns of the terminal; undefined lets the last column be as long as it is
 * @example
 * showTable(['RUN', 'STATUS'], [['019…', 'waiting']], 80);
 */
export function showTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => oneLine(cell, 500)));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const room = columns === undefined ? 500 : Math.max(20, columns - before);
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? oneLine(cell, room) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
