import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { floorBreaches } from './floors.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function house(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-floors-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('the floor check', () => {
  it('lets imports point down and stay', () => {
    const source = house({
      'run/a.ts': "import { b } from '../contract/b.ts';\nimport type { c } from './c.ts';",
      'run/c.ts': '',
      'contract/b.ts': '',
    });
    expect(floorBreaches(source)).toEqual([]);
  });

  it.each([
    ['up', 'contract/a.ts', '../run/b.ts', 'run is above contract'],
    ['up, by a dynamic import', 'pillars/x/a.ts', '../../gateways/tool/b.ts', 'gateways is above pillars'],
    ['to another pillar', 'pillars/guard/a.ts', '../policy/b.ts', 'a pillar knows no other pillar'],
    [
      'up inside the foundation',
      'foundation/vault/a.ts',
      '../journal/b.ts',
      'inside the foundation, journal is above vault',
    ],
    ['out of the house', 'run/a.ts', '../../test/b.ts', 'src imports nothing from outside itself'],
  ])('finds an import that points %s', (how, file, target, rule) => {
    const text = how.includes('dynamic') ? `await import('${target}');` : `export { b } from '${target}';`;
    expect(floorBreaches(house({ [file]: text })).map((breach) => breach.rule)).toEqual([rule]);
  });

  it('lets reviews use channels, and nothing else across', () => {
    expect(
      floorBreaches(
        house({ 'pillars/review/a.ts': "import '../channel/b.ts';\nexport { b } from '../channel/b.ts';" }),
      ),
    ).toEqual([]);
  });
});
