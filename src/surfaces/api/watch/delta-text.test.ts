import { describe, expect, it } from 'vitest';
import { DeltaText } from './delta-text.ts';

const bytes = Buffer.from('größer ☎');
const piece = (from: number, to?: number, attempt = 1) => ({
  key: 'model#0',
  attempt,
  bytes: bytes.subarray(from, to),
});

describe('live text', () => {
  it('is joined where a piece ends inside a character', () => {
    const text = new DeltaText();
    // The third byte is the first half of "ö".
    expect(text.decode(piece(0, 3))).toEqual({ key: 'model#0', attempt: 1, text: 'gr' });
    expect(text.decode(piece(3)).text).toBe('ößer ☎');
  });

  it('of two attempts is kept apart', () => {
    const text = new DeltaText();
    text.decode(piece(0, 3, 1));
    expect(text.decode(piece(0, 2, 2)).text).toBe('gr');
    expect(text.decode(piece(3, 4, 1)).text).toBe('ö');
  });
});
