import { describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../../../../test/fakes/manual-clock.ts';
import { stateOf } from '../../../../test/fakes/step.ts';
import type { SpendLimit } from './spend-limit.ts';
import { createSpendLimits } from './spend-limits.ts';

const limit = (fields: Partial<SpendLimit>): SpendLimit => ({
  ...{ tenant: 'acme', agent: '', period: 'day', unit: 'nano_usd', amount: 1, whenSpent: 'fail' },
  ...fields,
});
const { signal } = new AbortController();
const support = { tenant: 'acme', agent: 'support', principal: 'k_1' };

describe('the limits of a run', () => {
  it('are its tenant’s, its agent’s, and those of the API key that started it', async () => {
    const given = [
      limit({}),
      limit({ agent: 'support' }),
      limit({ agent: 'key:k_1' }),
      limit({ agent: 'key:support' }),
      limit({ agent: 'other' }),
      limit({ tenant: 'globex' }),
    ];
    const limits = createSpendLimits({ load: async () => given, clock: new ManualClock() });
    expect(await limits.of(support, signal)).toEqual(given.slice(0, 3));
  });

  it('are read behind the call that asks, and waited for when the last reading is too old', async () => {
    const clock = new ManualClock();
    let amount = 0;
    const load = async () => {
      amount += 1;
      return [limit({ amount })];
    };
    const limits = createSpendLimits({ load, clock });
    const seen = async () => (await limits.of(support, signal))[0]?.amount;
    expect([await seen(), await seen()]).toEqual([1, 1]);
    await clock.advance(600);
    expect(await seen()).toBe(1);
    await settled();
    expect(await seen()).toBe(2);
    await clock.advance(2_001);
    expect(await seen()).toBe(3);
  });

  it('decide nothing while they cannot be read', async () => {
    const clock = new ManualClock();
    let away = true;
    const load = async () => {
      if (away) throw new Error('away');
      return [limit({})];
    };
    const asking = createSpendLimits({ load, clock }).of(support, signal);
    expect(await stateOf(asking)).toBe('pending');
    away = false;
    await clock.advance(200);
    expect(await asking).toHaveLength(1);
    const gone = new AbortController();
    away = true;
    const waiting = createSpendLimits({ load, clock }).of(support, gone.signal);
    gone.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
  });
});
