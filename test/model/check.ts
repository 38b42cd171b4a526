/**
 * Checks the protocol of claim, lease, takeover, journal and inbox: `npm run model`. Every state that each scenario
 * can reach is searched; then each guard is taken away, one at a time, and the search must find what breaks.
 */
import { guards, type Scenario, scenarios } from './scenarios.ts';
import { missingTools, type Verdict, verify } from './spin.ts';

type Search = {
  name: string;
  scenario: Scenario;
  without: readonly string[];
  holds: boolean;
};

const words = process.argv.slice(2);
if (words.length > 0) {
  const isHelp = words.every((word) => word === '--help' || word === '-h');
  console[isHelp ? 'log' : 'error'](
    'Checks the whole protocol, with and without each of its guards, and takes no options: npm run model',
  );
  process.exit(isHelp ? 0 : 2);
}

const absent = await missingTools();
if (absent.length > 0) {
  console.error(
    `The model cannot be checked without ${absent.join(' and ')}; install with \`apt-get install spin gcc\`.`,
  );
  process.exit(1);
}

const searches: Search[] = [
  ...scenarios.map((scenario) => ({ name: scenario.name, scenario, without: [], holds: true })),
  ...Object.entries(guards).map(([guard, scenario]) => ({
    name: `without ${guard}`,
    scenario,
    without: [guard],
    holds: false,
  })),
];

const began = performance.now();
let wrong = 0;
await Promise.all([work(searches), work(searches)]);
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(
  wrong === 0
    ? `\nThe protocol holds, and no guard can be spared (${seconds} s).`
    : `\n${wrong} searches ended otherwise than they must.`,
);
process.exitCode = wrong === 0 ? 0 : 1;

async function work(left: Search[]): Promise<void> {
  for (let search = left.shift(); search !== undefined; search = left.shift()) {
    const verdict = await verify(search.scenario, search.without);
    if ((verdict.violated === undefined) !== search.holds) wrong += 1;
    console.log(lineOf(search, verdict));
  }
}

function lineOf({ name, holds }: Search, { states, violated }: Verdict): string {
  const asItMust = (violated === undefined) === holds;
  const result =
    violated === undefined
      ? holds
        ? 'holds'
        : 'NOTHING IS FOUND'
      : `${holds ? 'BROKEN: ' : 'found: '}${violated}`;
  return `${asItMust ? ' ' : '!'} ${name.padEnd(62)} ${String(states).padStart(9)}  ${result}`;
}
