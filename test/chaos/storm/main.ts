/** A storm from the command line: `npm run chaos -- --kills 1000 [--seed N]`. Exits 1 when an invariant is broken. */
import { readArguments } from './read-arguments.ts';
import { tableOf } from './report.ts';
import { storm } from './storm.ts';

const asked = readArguments(process.argv.slice(2));
if ('sentence' in asked) {
  console[asked.wrong ? 'error' : 'log'](asked.sentence);
  process.exit(asked.wrong ? 2 : 0);
}
const { kills = 1_000, seed = Date.now() % 1_000_000 } = asked;
const again = `npm run chaos -- --kills ${kills} --seed ${seed}`;
console.log(`This storm comes again with: ${again}`);
try {
  const report = await storm({ kills, seed, log: console.log });
  console.log(tableOf(report));
  for (const sentence of report.broken) console.error(sentence);
  process.exitCode = report.broken.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
if (process.exitCode !== 0) console.error(`The storm broke something. It comes again with: ${again}`);
process.exit();
