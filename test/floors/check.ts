import { fileURLToPath } from 'node:url';
import { floorBreaches } from './floors.ts';

const breaches = floorBreaches(fileURLToPath(new URL('../../src/', import.meta.url)));
for (const { file, imports, rule } of breaches) console.error(`${file} imports ${imports}: ${rule}`);
console.log(
  breaches.length === 0 ? 'Every import points down.' : `${breaches.length} imports break the floors.`,
);
process.exitCode = breaches.length === 0 ? 0 : 1;
