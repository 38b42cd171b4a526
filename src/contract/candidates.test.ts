import { describe, expect, it } from 'vitest';
import { candidatesOf } from './candidates.ts';

describe('the models of a definition', () => {
  it('are the default where it names none', () => {
    expect(candidatesOf(null, 'local')).toEqual([{ model: 'local' }]);
  });

  it('are asked in the order in which they are written', () => {
    expect(candidatesOf('openai/a', 'local')).toEqual([{ model: 'openai/a' }]);
    expect(candidatesOf(['openai/a', 'google/b'], 'local')).toEqual([
      { model: 'openai/a' },
      { model: 'google/b' },
    ]);
  });

  it('go from the small tier to the expert, and to the edge last', () => {
    expect(
      candidatesOf(
        { edge: 'local', expert: 'openai/d', small: ['openai/a', 'google/b'], large: 'openai/c' },
        'x',
      ),
    ).toEqual([
      { model: 'openai/a', tier: 'small' },
      { model: 'google/b', tier: 'small' },
      { model: 'openai/c', tier: 'large' },
      { model: 'openai/d', tier: 'expert' },
      { model: 'local', tier: 'edge' },
    ]);
  });

  it('begin with the tier that is asked for, then go up, then down', () => {
    const tiers = { edge: 'local', small: 'a/s', large: 'a/l', expert: 'a/x' } as const;
    const asked = (tier: 'edge' | 'small' | 'large' | 'expert') =>
      candidatesOf(tiers, 'local', tier).map(({ tier: found }) => found);
    expect(asked('small')).toEqual(['small', 'large', 'expert', 'edge']);
    expect(asked('large')).toEqual(['large', 'expert', 'small', 'edge']);
    expect(candidatesOf({ large: 'a/l', expert: 'a/x' }, 'local', 'small')[0]).toEqual({
      model: 'a/l',
      tier: 'large',
    });
    expect(candidatesOf(['a/b', 'a/c'], 'local', 'small')).toEqual([{ model: 'a/b' }, { model: 'a/c' }]);
  });
});
