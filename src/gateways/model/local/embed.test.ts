import { describe, expect, it } from 'vitest';
import { embedText } from './embed.ts';

const likeness = (one: string, other: string) => {
  const [ones, others] = [embedText(one), embedText(other)];
  return ones.reduce((sum, value, at) => sum + value * (others[at] ?? 0), 0);
};

describe('a text as a vector', () => {
  it('has length 1, is the same each time, and is zero without words', () => {
    expect(Math.hypot(...embedText('Where is my invoice?'))).toBeCloseTo(1, 5);
    expect(embedText('Where is my invoice?')).toEqual(embedText('Where is my invoice?'));
    expect(Math.hypot(...embedText('?!'))).toBe(0);
  });

  it.each([
    ['How do I activate my card?', 'how can I activate the card please'],
    ['Where is my invoice?', 'where are my invoices'],
    ['¿Dónde está mi factura?', 'donde esta la factura'],
  ])('lies close to the same in other words: "%s" and "%s"', (one, other) => {
    expect(likeness(one, other)).toBeGreaterThan(0.9);
  });

  it.each([
    ['How do I activate my card?', 'How do I block my card?'],
    ['Where is my invoice?', 'Where is the next office?'],
    ['I want a refund', 'Es regnet in Zürich'],
  ])('lies apart from something else: "%s" and "%s"', (one, other) => {
    expect(likeness(one, other)).toBeLessThan(0.75);
  });
});
