import { describe, expect, it } from 'vitest';
import { Scope } from './scope.ts';

describe('a scope', () => {
  it('counts each name by itself', () => {
    const scope = new Scope();
    expect([scope.next('a'), scope.next('b'), scope.next('a')]).toEqual(['a#1', 'b#1', 'a#2']);
  });

  it('gives a branch keys of its own', () => {
    const scope = new Scope();
    const branch = scope.branch('left');
    expect([branch.next('a'), branch.next('a'), scope.next('a')]).toEqual([
      'left#1/a#1',
      'left#1/a#2',
      'a#1',
    ]);
  });

  it('tells branches of one name apart, and branches from steps', () => {
    const scope = new Scope();
    const keys = [scope.branch('x').next('a'), scope.next('x'), scope.branch('x').next('a')];
    expect(keys).toEqual(['x#1/a#1', 'x#2', 'x#3/a#1']);
  });

  it('nests', () => {
    expect(new Scope().branch('all').branch('left').branch('all').next('a')).toBe('all#1/left#1/all#1/a#1');
  });

  it('names the same steps the same, in whatever order the branches get their turn', () => {
    const keys = (order: readonly ['left' | 'right', 'left' | 'right']) => {
      const scope = new Scope();
      const branches = { left: scope.branch('left'), right: scope.branch('right') };
      return order.map((name) => branches[name].next('a')).sort();
    };
    expect(keys(['left', 'right'])).toEqual(keys(['right', 'left']));
  });
});
