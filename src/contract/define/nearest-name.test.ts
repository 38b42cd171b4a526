import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  const known = ['description', 'inputSchema', 'effect', 'execute', 'examples'];

  it.each([
    ['exmaples', 'examples'],
    ['efect', 'effect'],
    ['inputschema', 'inputSchema'],
    ['descripton', 'description'],
  ])('%s was meant as %s', (name, meant) => {
    expect(nearestName(name, known)).toBe(meant);
  });

  it('stays silent when nothing is near', () => {
    expect(nearestName('parameters', known)).toBeUndefined();
    expect(nearestName('e'.repeat(100_000), known)).toBeUndefined();
    expect(nearestName('effect', [])).toBeUndefined();
  });
});
