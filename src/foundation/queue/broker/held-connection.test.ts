import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import { HeldConnection } from './held-connection.ts';

/** A broker that is there or away, and counts. */
function broker() {
  const clock = new ManualClock();
  const facts = { opened: 0, closed: [] as number[], away: false, lose: () => {} };
  const held = new HeldConnection<number>(
    {
      async open(lost) {
        facts.opened += 1;
        if (facts.away) throw new Error('refused');
        facts.lose = lost;
        return facts.opened;
      },
      close: async (connection) => void facts.closed.push(connection),
    },
    clock,
  );
  return { clock, facts, held };
}

describe('a held connection', () => {
  it('is opened once for all who need it, and not before', async () => {
    const { facts, held } = broker();
    expect(facts.opened).toBe(0);
    expect(await Promise.all([held.get(), held.get(), held.get()])).toEqual([1, 1, 1]);
  });

  it('is opened anew after it was lost', async () => {
    const { facts, held } = broker();
    await held.get();
    facts.lose();
    expect(await held.get()).toBe(2);
  });

  it('refuses at once, without a try, until a pause has passed after a failure', async () => {
    const { facts, held, clock } = broker();
    facts.away = true;
    await expect(held.get()).rejects.toThrow('refused');
    for (let time = 0; time < 100; time += 1) await expect(held.get()).rejects.toThrow('not connected');
    expect(facts.opened).toBe(1);
    await clock.advance(100);
    facts.away = false;
    expect(await held.get()).toBe(2);
  });

  it('pauses longer after each failure, up to five seconds', async () => {
    const { facts, held, clock } = broker();
    facts.away = true;
    for (let time = 0; time < 600; time += 1) {
      await held.get().catch(() => {});
      await clock.advance(100);
    }
    // A minute: 0.1 + 0.2 + … + 3.2 s, and then every 4 to 5 s.
    expect(facts.opened).toBeGreaterThan(14);
    expect(facts.opened).toBeLessThan(24);
  });

  it('that is in doubt is closed, and another one is opened after a pause', async () => {
    const { facts, held, clock } = broker();
    await held.get();
    held.drop();
    await expect(held.get()).rejects.toThrow('not connected');
    await clock.advance(100);
    expect(await held.get()).toBe(2);
    expect(facts.closed).toEqual([1]);
  });

  it('is over once it is closed', async () => {
    const { facts, held } = broker();
    await held.get();
    await held.close();
    expect(facts.closed).toEqual([1]);
    await expect(held.get()).rejects.toThrow('closed');
  });
});
