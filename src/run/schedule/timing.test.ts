import { describe, expect, it } from 'vitest';
import { firstTick, tickAfter, tickUntil } from './timing.ts';

const at = (time: string) => Date.parse(time);

/** The ticks of an expression from an instant on, in Berlin unless it is said otherwise. */
function ticks(cron: string, from: string, count: number, timezone = 'Europe/Berlin'): string[] {
  const found: string[] = [];
  for (let instant = at(from); found.length < count; ) {
    const next = tickAfter({ cron, timezone }, instant);
    if (next === null) break;
    found.push(new Date(next).toISOString().replace(':00.000Z', 'Z'));
    instant = next;
  }
  return found;
}

describe('a schedule', () => {
  it('is read by the clocks of its zone', () => {
    expect(ticks('0 9 * * *', '2026-01-15T00:00:00Z', 1, 'Europe/Berlin')).toEqual(['2026-01-15T08:00Z']);
    expect(ticks('0 9 * * *', '2026-07-15T00:00:00Z', 1, 'Europe/Berlin')).toEqual(['2026-07-15T07:00Z']);
    expect(ticks('0 9 * * *', '2026-07-15T00:00:00Z', 1, 'Asia/Kolkata')).toEqual(['2026-07-15T03:30Z']);
    expect(ticks('0 9 * * *', '2026-07-15T00:00:00Z', 1, 'UTC')).toEqual(['2026-07-15T09:00Z']);
  });

  it('may count seconds', () => {
    expect(ticks('*/20 * * * * *', '2026-01-15T00:00:05Z', 2)).toEqual([
      '2026-01-15T00:00:20.000Z',
      '2026-01-15T00:00:40.000Z',
    ]);
  });

  it('never repeats the tick that it comes from', () => {
    expect(ticks('0 * * * *', '2026-01-15T10:00:00Z', 1)).toEqual(['2026-01-15T11:00Z']);
  });
});

// Berlin leaves out 02:00–03:00 on 29 March 2026 and has it twice on 25 October.
describe('when the clocks of the zone go forward', () => {
  it('a named time that is left out comes when they have', () => {
    expect(ticks('30 2 * * *', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    expect(ticks('30 2,14 * * *', '2026-03-28T20:00:00Z', 2)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-29T12:30Z',
    ]);
  });

  it('one that ticks by passing time goes on evenly', () => {
    expect(ticks('*/30 * * * *', '2026-03-29T00:15:00Z', 3)).toEqual([
      '2026-03-29T00:30Z',
      '2026-03-29T01:00Z',
      '2026-03-29T01:30Z',
    ]);
  });
});

describe('when the clocks of the zone go back', () => {
  it('a named time that comes twice counts the first time', () => {
    expect(ticks('30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  it('one that ticks by passing time goes on evenly', () => {
    expect(ticks('*/30 * * * *', '2026-10-24T23:45:00Z', 5)).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:00Z',
    ]);
  });
});

describe('the latest tick', () => {
  const nightly = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };

  it('is at the instant or before it', () => {
    expect(tickUntil(nightly, at('2026-06-10T00:30:00Z'))).toBe(at('2026-06-10T00:30:00Z'));
    expect(tickUntil(nightly, at('2026-06-10T00:29:59.999Z'))).toBe(at('2026-06-09T00:30:00Z'));
  });

  it('is the one that the clocks moved', () => {
    expect(tickUntil(nightly, at('2026-03-29T06:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
    expect(tickUntil(nightly, at('2026-10-25T06:00:00Z'))).toBe(at('2026-10-25T00:30:00Z'));
  });
});

describe('a schedule that cannot be', () => {
  it.each([
    ['no expression', 'nonsense', 'UTC', 'cron'],
    ['four fields', '* * * *', 'UTC', 'cron'],
    ['seven fields', '0 0 0 1 1 * 2030', 'UTC', 'cron'],
    ['a name that there is not', '@noon', 'UTC', 'cron'],
    ['an hour that no day has', '0 25 * * *', 'UTC', 'cron'],
    ['a day that no month has', '0 0 30 2 *', 'UTC', 'cron'],
    ['no time zone', '0 0 * * *', 'Mars/Base', 'timezone'],
    ['an offset', '0 0 * * *', '+02:00', 'timezone'],
  ])('%s is refused', (_, cron, timezone, field) => {
    expect(() => firstTick({ cron, timezone }, at('2026-01-01T00:00:00Z'))).toThrow(
      expect.objectContaining({
        code: 'invalid_schedule',
        details: { errors: [expect.objectContaining({ field })] },
      }),
    );
  });

  it.each([
    ['* *', 'it has 2 fields'],
    ['0 0 0 1 1 * 2030', 'it has 7 fields'],
    ['nonsense', 'it has 1 field'],
    ['@noon', 'there is no name @noon for times'],
  ])('%s is told once what it must have', (cron, reason) => {
    expect(() => firstTick({ cron, timezone: 'UTC' }, 0)).toThrow(
      `The schedule "${cron}" cannot be used: ${reason}. Give 5 fields (minute, hour, day, month, weekday), or 6 with seconds first, or a name such as @daily, and an IANA time zone.`,
    );
  });
});

describe('a name in place of fields', () => {
  it.each([
    ['@hourly', '2026-01-01T01:00:00Z'],
    ['@daily', '2026-01-02T00:00:00Z'],
    ['@weekly', '2026-01-04T00:00:00Z'],
    ['@monthly', '2026-02-01T00:00:00Z'],
    ['@yearly', '2027-01-01T00:00:00Z'],
  ])('%s ticks', (cron, next) => {
    expect(firstTick({ cron, timezone: 'UTC' }, at('2026-01-01T00:00:00Z'))).toBe(at(next));
  });
});
