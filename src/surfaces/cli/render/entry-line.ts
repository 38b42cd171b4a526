import type { PlacedEntry } from '../client/index.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './plain-text.ts';

/** Said by the rest of the line, or of use to machines alone. */
const LEFT_OUT = new Set([
  'kind',
  'at',
  'key',
  'frame',
  'index',
  'content',
  'inputHash',
  'binding',
  'idempotencyKey',
]);

/**
 * An entry of a journal in one line: its place, its time, what it is, its step, its facts, its content.
 *
 * @example
 * entryLine(entry, paint); // '4.0  12:00:03.120  tool.completed  tool:bill.1  tool=bill outcome=ok  {"output":…}'
 */
export function entryLine(entry: PlacedEntry, paint: Paint): string {
  const facts = Object.entries(entry)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => `${name}=${oneLine(value, 80)}`);
  return [
    paint.dim(`${entry.frame}.${entry.index}`.padEnd(6)),
    paint.dim(new Date(entry.at).toISOString().slice(11, 23)),
    paint.bold(oneLine(entry.kind).padEnd(16)),
    ...('key' in entry ? [oneLine(entry.key)] : []),
    ...(facts.length === 0 ? [] : [facts.join(' ')]),
    ...(entry.content === undefined ? [] : [paint.dim(oneLine(entry.content, 200))]),
  ].join('  ');
}
