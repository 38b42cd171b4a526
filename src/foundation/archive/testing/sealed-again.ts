import { createHash } from 'node:crypto';

/** An archive out of changed lines, with the end that an export of them would have. */
export function sealedAgain(lines: readonly Record<string, unknown>[]): Buffer {
  const rows = lines.filter((line) => !('end' in line));
  const counts: Record<string, number> = {};
  const header = rows.find((line) => 'archive' in line);
  for (const table of Object.keys((header?.tables as object | undefined) ?? {})) counts[table] = 0;
  for (const { table } of rows) if (typeof table === 'string') counts[table] = (counts[table] ?? 0) + 1;
  const body = rows.map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return Buffer.from(`${body}${JSON.stringify({ end: 'bulkhead', counts, sha256 })}\n`);
}
