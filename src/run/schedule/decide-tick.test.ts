import { describe, expect, it } from 'vitest';
import { decideTick } from './decide-tick.ts';

const at = (time: string) => Date.parse(`2026-06-10T${time}Z`);

/** An hourly schedule whose tick at ten nobody has dealt with. */
const due = {
  cron: '0 * * * *',
  timezone: 'UTC',
  at: at('10:00:00'),
  overlap: 'skip' as const,
  catchUp: 'latest' as const,
  busy: false,
};

describe('a tick that has come', () => {
  it('makes a run, and the next is an hour after it, however late it was looked at', () => {
    for (const now of ['10:00:00', '10:00:01', '10:59:59']) {
      expect(decideTick(due, at(now))).toEqual({ does: 'run', tick: at('10:00:00'), next: at('11:00:00') });
    }
  });

  it('makes no run while the one before has not ended', () => {
    expect(decideTick({ ...due, busy: true }, at('10:00:01'))).toEqual({
      does: 'pass',
      next: at('11:00:00'),
    });
  });

  it('waits for the run before where that is asked', () => {
    const queueing = { ...due, overlap: 'queue' as const };
    expect(decideTick({ ...queueing, busy: true }, at('10:00:01'))).toEqual({ does: 'wait' });
    expect(decideTick(queueing, at('10:40:00'))).toEqual({
      does: 'run',
      tick: at('10:00:00'),
      next: at('11:00:00'),
    });
  });
});

describe('ticks that nobody saw', () => {
  it('make one run, for the latest of them', () => {
    expect(decideTick(due, at('15:20:00'))).toEqual({
      does: 'run',
      tick: at('15:00:00'),
      next: at('16:00:00'),
    });
  });

  it('make one run, also of those that waited for the run before', () => {
    const queueing = { ...due, overlap: 'queue' as const };
    expect(decideTick(queueing, at('15:20:00'))).toMatchObject({ does: 'run', tick: at('15:00:00') });
  });

  it('make none where that is asked', () => {
    const strict = { ...due, catchUp: 'none' as const };
    expect(decideTick(strict, at('15:20:00'))).toEqual({ does: 'pass', next: at('16:00:00') });
    expect(decideTick(strict, at('15:00:30'))).toMatchObject({ does: 'run', tick: at('15:00:00') });
  });
});
