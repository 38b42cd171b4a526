import { expect, it } from 'vitest';
import { entryLine } from './entry-line.ts';
import { createPaint } from './paint.ts';

it('shows an entry with its place, time, step, facts and content', () => {
  const line = entryLine(
    {
      frame: 4,
      index: 1,
      kind: 'tool.completed',
      key: 'tool:bill.1',
      tool: 'bill',
      outcome: 'ok',
      durationMs: 7,
      at: Date.parse('2026-03-01T12:00:03.120Z'),
      content: { output: { usd: 59.9 } },
    },
    createPaint(false),
  );
  expect(line).toBe(
    '4.1     12:00:03.120  tool.completed    tool:bill.1  tool=bill outcome=ok durationMs=7  {"output":{"usd":59.9}}',
  );
});
