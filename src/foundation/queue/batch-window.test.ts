import { describe, expect, it } from 'vitest';
import { parseBatchWindow } from './batch-window.ts';

const isOpen = (window: string, time: string) => parseBatchWindow(window)(Date.parse(time));

describe('a window for batch runs', () => {
  it.each([
    ['before it opens', '2026-01-15T20:59:59.999Z', false],
    ['from when it opens', '2026-01-15T21:00:00.000Z', true],
    ['after midnight', '2026-01-16T00:30:00.000Z', true],
    ['until it closes', '2026-01-16T04:59:59.999Z', true],
    ['from when it closes', '2026-01-16T05:00:00.000Z', false],
  ])('across midnight is judged by the clock of its zone: %s', (_, time, open) => {
    expect(isOpen('22:00-06:00 Europe/Madrid', time)).toBe(open);
  });

  it.each([
    ['winter', '2026-03-28', '21:00'],
    ['the night that loses an hour', '2026-03-29', '20:00'],
    ['summer', '2026-07-01', '20:00'],
    ['the night that has an hour twice', '2026-10-25', '21:00'],
  ])('opens at the same hour on the wall in %s', (_, day, utc) => {
    const opening = Date.parse(`${day}T${utc}:00Z`);
    const open = parseBatchWindow('22:00-06:00 Europe/Madrid');
    expect([open(opening - 1), open(opening)]).toEqual([false, true]);
  });

  it('between hours that come twice is open twice', () => {
    const window = '02:00-03:00 Europe/Madrid';
    expect(isOpen(window, '2026-10-25T00:30:00Z')).toBe(true);
    expect(isOpen(window, '2026-10-25T01:30:00Z')).toBe(true);
    expect(isOpen(window, '2026-10-25T02:30:00Z')).toBe(false);
  });

  it('without a zone is in UTC', () => {
    expect(isOpen('9:00-17:30', '2026-07-01T09:00:00Z')).toBe(true);
    expect(isOpen('9:00-17:30', '2026-07-01T17:30:00Z')).toBe(false);
  });

  it('on named days belongs to the day on which it begins', () => {
    const window = 'Mon-Fri 22:00-06:00';
    expect(isOpen(window, '2026-01-17T05:00:00Z'), 'the night of Friday').toBe(true);
    expect(isOpen(window, '2026-01-17T23:00:00Z'), 'the night of Saturday').toBe(false);
    expect(isOpen(window, '2026-01-19T05:00:00Z'), 'the night of Sunday').toBe(false);
    expect(isOpen('sun 22:00-06:00', '2026-01-19T05:00:00Z'), 'into the next week').toBe(true);
    expect(isOpen('Sat-Mon 00:00-24:00', '2026-01-18T12:00:00Z'), 'days into the next week').toBe(true);
    expect(isOpen('Sat-Mon 00:00-24:00', '2026-01-20T00:00:00Z'), 'and no further').toBe(false);
  });

  it('is one of several', () => {
    const windows = 'Mon-Fri 22:00-06:00 Europe/Madrid, Sat-Sun 00:00-24:00 Europe/Madrid';
    expect(isOpen(windows, '2026-01-15T22:30:00Z')).toBe(true);
    expect(isOpen(windows, '2026-01-17T12:00:00Z')).toBe(true);
    expect(isOpen(windows, '2026-01-15T12:00:00Z')).toBe(false);
  });

  it.each([
    ['', '"" is no window'],
    ['at night', '"at night" is no window'],
    ['22:00-06:00,', '"" is no window'],
    ['22:00', '"22:00" is no window'],
    ['25:00-06:00', '"25:00" is no time of day'],
    ['22:60-06:00', '"22:60" is no time of day'],
    ['22:00-24:01', '"24:01" is no time of day'],
    ['24:00-06:00', 'a window cannot begin at 24:00'],
    ['22:00-22:00', '22:00-22:00 is empty; write 00:00-24:00 for a whole day'],
    ['Satur 00:00-24:00', '"Satur" is no day'],
    ['Mon-Frei 00:00-24:00', '"Frei" is no day'],
    ['22:00-06:00 Europe/Madird', '"Europe/Madird" is no time zone'],
    ['22:00-06:00, Sat 00:00-24:00 Europe/Madrid', 'some of its windows name a time zone and some do not'],
  ])('that is written as %j is refused, and says how to write it', (text, reason) => {
    const message = expect.stringContaining(`BULKHEAD_BATCH_WINDOW="${text}" cannot be read: ${reason}`);
    expect(() => parseBatchWindow(text)).toThrow(
      expect.objectContaining({ code: 'invalid_batch_window', message }),
    );
    expect(() => parseBatchWindow(text)).toThrow('Write, for example, 22:00-06:00 Europe/Madrid');
  });
});
