import { describe, expect, it } from 'vitest';
import { EFFECTS, nameOf, planStorm } from './plan-storm.ts';

describe('a storm', () => {
  it('that is seeded comes again as it was, and another seed is another storm', () => {
    expect(planStorm({ seed: 7, kills: 50 })).toEqual(planStorm({ seed: 7, kills: 50 }));
    expect(planStorm({ seed: 7, kills: 50 })).not.toEqual(planStorm({ seed: 8, kills: 50 }));
  });

  it('has every kill while there is still work to disturb, in order', () => {
    const { orders, kills } = planStorm({ seed: 1, kills: 1_000 });
    const effects = orders.reduce((sum, { workflow }) => sum + EFFECTS[workflow], 0);
    expect(kills).toHaveLength(1_000);
    const moments = kills.map(({ afterEffects }) => afterEffects);
    expect(moments).toEqual(moments.toSorted((one, other) => one - other));
    expect(moments[0]).toBeGreaterThan(0);
    expect(moments.at(-1)).toBeLessThan(effects);
  });

  it('kills everything that can die, alone and together', () => {
    const names = new Set(planStorm({ seed: 1, kills: 1_000 }).kills.map(nameOf));
    expect([...names].sort()).toEqual([
      'code host',
      'code host + database (kill)',
      'database (immediate)',
      'database (kill)',
      'worker',
      'worker + code host',
      'worker + code host + database (immediate)',
      'worker + database (immediate)',
    ]);
  });
});
