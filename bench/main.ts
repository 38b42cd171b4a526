/**
 * Runs one measurement: `npm run bench -- <name> [--quick] [--json]`. With `--json` the last line is
 * machine-readable.
 */
import { BulkheadError } from '../src/contract/errors.ts';
import { closeAll, isClosing } from './closing.ts';
import { type BenchOptions, figuresOf, printTable, type Report } from './report.ts';

const programs: Record<string, () => Promise<{ measure: (options: BenchOptions) => Promise<Report> }>> = {
  cache: () => import('./cache/cache.ts'),
  engine: () => import('./engine/engine.ts'),
  'engine-growth': () => import('./engine/growth/growth.ts'),
  gateway: () => import('./gateway/gateway.ts'),
  routing: () => import('./routing/routing.ts'),
};

const [name = '', ...flags] = process.argv.slice(2);
const program = programs[name];
if (program === undefined) {
  console.error(`There is no bench "${name}". There are: ${Object.keys(programs).join(', ')}.`);
  process.exit(2);
}
const unknown = flags.find((flag) => flag !== '--json' && flag !== '--quick');
if (unknown !== undefined) {
  console.error(`There is no flag "${unknown}". There are: --json, --quick.`);
  process.exit(2);
}
try {
  const report = await (await program()).measure({ quick: flags.includes('--quick') });
  printTable(report);
  if (flags.includes('--json')) {
    console.log(JSON.stringify({ figures: figuresOf(report), peers: report.peers }));
  }
} catch (error) {
  // After Ctrl-C everything fails, and the exit code is that of the signal.
  if (isClosing()) await new Promise(() => {});
  // What a bench lacks it says itself, with where to get it.
  console.error(BulkheadError.isInstance(error) ? error.message : error);
  process.exitCode = 1;
}
await closeAll();
process.exit();
