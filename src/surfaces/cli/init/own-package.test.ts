import { describe, expect, it } from 'vitest';
import { readOwnPackage, specifierOf } from './own-package.ts';

describe('how a project depends on this package', () => {
  it('is by path when it runs from a checkout', () => {
    expect(specifierOf({ version: '1.2.3', root: '/code/bulkhead' }, '/code/desk')).toBe('file:../bulkhead');
    expect(specifierOf({ version: '1.2.3', root: '/code/bulkhead' }, '/code/bulkhead/desk')).toBe('file:..');
  });

  it('is by exact version when it was installed', () => {
    const root = '/home/me/desk/node_modules/bulkhead';
    expect(specifierOf({ version: '1.2.3', root }, '/home/me/new')).toBe('1.2.3');
  });
});

describe('readOwnPackage', () => {
  it('finds the package of this code', async () => {
    expect(await readOwnPackage()).toMatchObject({
      name: 'bulkhead',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });
});
