import type { Usage } from './schemas/usage.ts';

const COLUMNS = ['runs', 'modelCalls', 'toolCalls', 'inputTokens', 'outputTokens', 'usd'] as const;

/**
 * Usage as RFC 4180 has it: a line for each name under a line of column names. A name that a spreadsheet would take
 * for a formula is quoted with an apostrophe.
 */
export function usageToCsv({ by, usage }: Pick<Usage, 'by' | 'usage'>): string {
  const lines = [
    [by, ...COLUMNS],
    ...usage.map((sum) => [sum.name, ...COLUMNS.map((column) => plain(sum[column]))]),
  ];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** Without an exponent: a cost may be a billionth. */
function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/0+$/, '');
}

function field(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
