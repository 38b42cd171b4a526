import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readArguments } from './read-arguments.ts';

const root = new URL('../../../', import.meta.url);

function call(program: string, words: string[]): Promise<{ code: unknown; out: string; error: string }> {
  const path = fileURLToPath(new URL(program, root));
  return new Promise((resolve) => {
    execFile(process.execPath, [path, ...words], (failure, out, error) =>
      resolve({ code: failure?.code ?? 0, out, error }),
    );
  });
}

it.each([
  [[], {}],
  [['--kills', '20'], { kills: 20 }],
  [['--kills=20', '--seed', '7'], { kills: 20, seed: 7 }],
])('the storm takes %j', (words, asked) => {
  expect(readArguments(words)).toEqual(asked);
});

it.each([
  [['--bogus']],
  [['--kills', '-3']],
  [['--kills=-3']],
  [['--kills', '0']],
  [['--kills', 'many']],
  [['--seed', '1.5']],
  [['20']],
])('the storm refuses %j', (words) => {
  expect(readArguments(words)).toEqual({
    sentence: 'Say how many kills, and which seed, as whole numbers: npm run chaos -- --kills 1000 --seed 7',
    wrong: true,
  });
});

it.each(['test/chaos/storm/main.ts', 'test/model/check.ts'])(
  '%s answers in one sentence, and begins nothing',
  async (program) => {
    const sentence = expect.stringMatching(/^[A-Z].*npm run \w+.*\n$/);
    expect(await call(program, ['--help'])).toEqual({ code: 0, out: sentence, error: '' });
    expect(await call(program, ['--bogus'])).toEqual({ code: 2, out: '', error: sentence });
    expect(await call(program, ['--kills', '-3'])).toEqual({ code: 2, out: '', error: sentence });
  },
);
