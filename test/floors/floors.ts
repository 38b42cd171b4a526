import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The floors of `src`, lowest first: an import points down, or stays on its own floor. */
const FLOORS = ['contract', 'foundation', 'pillars', 'gateways', 'run', 'operations', 'surfaces'];
/** Inside the foundation: each room leans on those before it. */
const FOUNDATION = ['store', 'vault', 'journal', 'queue', 'archive'];
/** A pillar knows no other pillar, but for this one pair. */
const PILLAR_EXCEPTIONS = new Set(['review → channel']);

export type Breach = { file: string; imports: string; rule: string };

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g;

/** Every import under `src` that points up, or across where it may not. Tests may look wherever they must. */
export function floorBreaches(source: string): Breach[] {
  const breaches: Breach[] = [];
  for (const file of typescriptFiles(source)) {
    if (/\.test\.ts$|\/testing\//.test(file)) continue;
    const from = relative(source, file).split('/');
    for (const match of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = match[1] ?? match[2] ?? '';
      const to = relative(source, resolve(dirname(file), target)).split('/');
      const rule = breachOf(from, to);
      if (rule !== undefined) breaches.push({ file: from.join('/'), imports: to.join('/'), rule });
    }
  }
  return breaches;
}

function breachOf(from: string[], to: string[]): string | undefined {
  if (to[0] === '..') return 'src imports nothing from outside itself';
  // index.ts is what an author imports: it may show what lies on the ground floor.
  const [fromFloor, toFloor] = [from, to].map(([floor = '']) =>
    floor.endsWith('.ts') ? 0 : FLOORS.indexOf(floor),
  );
  if (fromFloor === undefined || toFloor === undefined) return undefined;
  if (fromFloor < 0 || toFloor < 0) return `only ${FLOORS.join(', ')} are floors`;
  if (toFloor > fromFloor) return `${to[0]} is above ${from[0]}`;
  if (fromFloor !== toFloor || from[1] === to[1]) return undefined;
  if (from[0] === 'foundation' && FOUNDATION.indexOf(to[1] ?? '') > FOUNDATION.indexOf(from[1] ?? '')) {
    return `inside the foundation, ${to[1]} is above ${from[1]}`;
  }
  if (from[0] === 'pillars' && !PILLAR_EXCEPTIONS.has(`${from[1]} → ${to[1]}`))
    return 'a pillar knows no other pillar';
  return undefined;
}

function typescriptFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
