import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Scenario } from './scenarios.ts';
import { sentenceAt, sentenceOfFormula } from './sentence.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('.', import.meta.url));
const LARGE = { maxBuffer: 2 ** 26 };
/** Megabytes for one search. Two run at once. */
const MEMORY = 950;
/** Steps in one path; a search that reaches it is not complete. */
const DEPTH = 100_000;

export type Verdict = {
  states: number;
  /** The sentence that does not hold, or undefined when all do. */
  violated: string | undefined;
};

/** Names those of the tools that are not installed. */
export async function missingTools(): Promise<string[]> {
  const tools = ['spin', 'gcc'];
  const found = await Promise.all(
    tools.map((tool) =>
      run(tool, [tool === 'spin' ? '-V' : '--version']).then(
        () => true,
        () => false,
      ),
    ),
  );
  return tools.filter((_, index) => !found[index]);
}

/**
 * Searches every state that a scenario can reach.
 *
 * @param without names of guards to take away
 * @throws Error when the search was not complete and found nothing
 */
export async function verify(
  scenario: Scenario,
  without: readonly string[],
  more: readonly string[] = [],
): Promise<Verdict> {
  const place = await mkdtemp(join(tmpdir(), 'bulkhead-model-'));
  try {
    const file = join(folder, `${scenario.model}.pml`);
    const defines = [...scenario.defines, ...without.map((guard) => `WITHOUT_${guard}`), ...more].map(
      (name) => `-D${name}`,
    );
    const here = { cwd: place, ...LARGE };
    await run('spin', ['-a', ...defines, file], here);
    const kind = scenario.formula === undefined ? ['-DSAFETY', '-DNOCLAIM'] : ['-DNFAIR=3'];
    // What is found soon is not worth the time that it takes to make the search fast.
    const speed = without.length === 0 && scenario.formula === undefined ? '-O1' : '-O0';
    await run('gcc', [speed, '-w', `-DMEMLIM=${MEMORY}`, ...kind, '-o', 'pan', 'pan.c'], here);
    const search = scenario.formula === undefined ? ['-E'] : ['-a', '-f', '-N', scenario.formula];
    const { stdout } = await run(join(place, 'pan'), [`-m${DEPTH}`, ...search], here);
    const errors = /errors: (\d+)/.exec(stdout)?.[1];
    const states = Number(/(\d+) states, stored/.exec(stdout)?.[1] ?? Number.NaN);
    if (errors === '0') {
      if (
        /max search depth too small|out of memory|Search not completed/.test(stdout) ||
        Number.isNaN(states)
      ) {
        throw new Error(`The search of "${scenario.name}" is not complete:\n${stdout}`);
      }
      return { states, violated: undefined };
    }
    if (scenario.formula !== undefined)
      return { states, violated: await sentenceOfFormula(file, scenario.formula) };
    const replay = ['-t', '-k', `${scenario.model}.pml.trail`, ...defines, file];
    const told = await run('spin', replay, here).then(
      ({ stdout: told }) => told,
      ({ stdout: told }) => String(told),
    );
    const [, where = '', line = ''] = /spin: (\S+):(\d+), Error: assertion violated/.exec(told) ?? [];
    if (where === '') throw new Error(`The search of "${scenario.name}" failed for no sentence:\n${stdout}`);
    return { states, violated: await sentenceAt(where, Number(line)) };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
