import { describe, expect, it } from 'vitest';
import { oneLine, safeText, wholeText } from './plain-text.ts';

const ESCAPE = '\u001b';

describe('text of others on a terminal', () => {
  it('cannot move the cursor, change colours or retitle the window', () => {
    expect(safeText(`a${ESCAPE}[31mb${ESCAPE}]0;title\u0007c\u0008\u009bd`)).toBe('a[31mb]0;titlecd');
  });

  it('cannot turn its direction around', () => {
    expect(safeText('refund \u202e08 $')).toBe('refund 08 $');
  });

  it('keeps its lines, tabs and letters', () => {
    expect(safeText('uno\r\ndos\tñ 👍')).toBe('uno\ndos\tñ 👍');
  });
});

describe('one line', () => {
  it('shows text as it is, and all else as JSON', () => {
    expect(oneLine(' a\n  b ')).toBe('a b');
    expect(oneLine({ usd: 5 })).toBe('{"usd":5}');
    expect(oneLine(null)).toBe('null');
    expect(oneLine(undefined)).toBe('');
  });

  it('says with an ellipsis that there was more', () => {
    expect(oneLine('a'.repeat(20), 10)).toBe(`${'a'.repeat(9)}…`);
    expect(oneLine('a'.repeat(10), 10)).toBe('a'.repeat(10));
    expect(oneLine('a'.repeat(1_000_000), 10)).toHaveLength(10);
  });
});

it('shows a whole value as text or as JSON over several lines', () => {
  expect(wholeText('a\nb')).toBe('a\nb');
  expect(wholeText({ a: 1 })).toBe('{\n  "a": 1\n}');
});
