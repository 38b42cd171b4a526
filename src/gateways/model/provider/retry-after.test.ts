import { describe, expect, it } from 'vitest';
import { retryAfter } from './retry-after.ts';

const now = Date.UTC(2026, 0, 1, 12, 0, 0);

describe('retryAfter', () => {
  it.each([
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after-ms': '1250', 'retry-after': '2' }, 1_250],
    [{ 'retry-after-ms': '', 'retry-after': '2' }, 2_000],
  ])('reads %o as %i ms', (headers, expected) => {
    expect(retryAfter(headers, now)).toBe(expected);
  });

  it('never waits for the past', () => {
    expect(retryAfter({ 'retry-after': '-3' }, now)).toBe(0);
    expect(retryAfter({ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, now)).toBe(0);
  });

  it('says nothing when nothing readable was said', () => {
    expect(retryAfter(undefined, now)).toBeUndefined();
    expect(retryAfter({}, now)).toBeUndefined();
    expect(retryAfter({ 'retry-after': 'soon' }, now)).toBeUndefined();
  });
});
