import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { stateOf } from '../../../test/fakes/step.ts';
import { createKillSwitches, type KillSwitch } from './kill-switches.ts';

const refundsOff: KillSwitch = {
  tenant: null,
  target: 'tool:refund',
  reason: 'wrong sums',
  setBy: 'ada',
  setAt: 0,
};
const never = new AbortController().signal;

describe('createKillSwitches', () => {
  it('reads every half second and answers from memory in between', async () => {
    const clock = new ManualClock();
    let readings = 0;
    const switches = createKillSwitches({ clock, load: async () => (readings++ < 2 ? [] : [refundsOff]) });
    switches.start();
    expect(await switches.current(never)).toEqual([]);
    await clock.advance(400);
    expect(await switches.current(never)).toEqual([]);
    expect(readings).toBe(1);
    await clock.advance(600);
    expect(await switches.current(never)).toEqual([refundsOff]);
    expect(readings).toBe(3);
    switches.stop();
  });

  it('reads no more once it is stopped', async () => {
    const clock = new ManualClock();
    let readings = 0;
    const switches = createKillSwitches({
      clock,
      load: async () => {
        readings += 1;
        return [];
      },
    });
    switches.start();
    await clock.advance(0);
    switches.stop();
    await clock.advance(5_000);
    expect(readings).toBe(1);
    expect(clock.sleeping).toBe(0);
  });

  it('answers without having been started', async () => {
    const switches = createKillSwitches({ clock: new ManualClock(), load: async () => [refundsOff] });
    expect(await switches.current(never)).toEqual([refundsOff]);
  });

  it('decides nothing on switches older than two seconds: it waits for a reading that works', async () => {
    const clock = new ManualClock();
    let down = false;
    const switches = createKillSwitches({
      clock,
      load: async () => {
        if (down) throw new Error('connection refused');
        return clock.now() > 1_750_000_000_000 ? [refundsOff] : [];
      },
    });
    switches.start();
    expect(await switches.current(never)).toEqual([]);
    down = true;
    await clock.advance(1_900);
    expect(await switches.current(never)).toEqual([]);
    await clock.advance(1_000);
    const waiting = switches.current(never);
    await clock.advance(10_000);
    expect(await stateOf(waiting)).toBe('pending');
    down = false;
    await clock.advance(500);
    expect(await waiting).toEqual([refundsOff]);
    switches.stop();
  });

  it('gives up a reading that never answers and begins another', async () => {
    const clock = new ManualClock();
    let readings = 0;
    const switches = createKillSwitches({
      clock,
      load: () => (readings++ === 0 ? new Promise(() => {}) : Promise.resolve([refundsOff])),
    });
    const waiting = switches.current(never);
    await clock.advance(5_200);
    expect(await waiting).toEqual([refundsOff]);
  });

  it('stops waiting when the call is cancelled', async () => {
    const cancel = new AbortController();
    const switches = createKillSwitches({ clock: new ManualClock(), load: () => new Promise(() => {}) });
    const waiting = switches.current(cancel.signal);
    cancel.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
  });
});
