import { parseArgs } from 'node:util';

export type Asked = { kills?: number; seed?: number } | { sentence: string; wrong: boolean };

const EXAMPLE = 'npm run chaos -- --kills 1000 --seed 7';

/**
 * What the words after `npm run chaos --` ask for, or the one sentence to say instead.
 *
 * @example
 * readArguments(['--kills', '20']); // { kills: 20 }
 */
export function readArguments(words: readonly string[]): Asked {
  const values = valuesOf(words);
  if (values?.help === true) {
    return {
      sentence: `Kills at random, as often as --kills says, and repeats a --seed: ${EXAMPLE}`,
      wrong: false,
    };
  }
  const kills = values?.kills === undefined ? undefined : Number(values.kills);
  const seed = values?.seed === undefined ? undefined : Number(values.seed);
  const isWhole = (number: number | undefined) => number === undefined || Number.isSafeInteger(number);
  if (values === undefined || !isWhole(kills) || (kills ?? 1) < 1 || !isWhole(seed)) {
    return { sentence: `Say how many kills, and which seed, as whole numbers: ${EXAMPLE}`, wrong: true };
  }
  return { ...(kills === undefined ? {} : { kills }), ...(seed === undefined ? {} : { seed }) };
}

function valuesOf(words: readonly string[]) {
  try {
    const options = {
      help: { type: 'boolean', short: 'h' },
      kills: { type: 'string' },
      seed: { type: 'string' },
    } as const;
    return parseArgs({ args: [...words], options }).values;
  } catch {
    return undefined;
  }
}
