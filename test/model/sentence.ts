import { readFile } from 'node:fs/promises';

const SENTENCE = /INVARIANT ([a-z-]+): (.*?)\s*\*\//;

/** The sentence that stands in the comment next above a line of a model, as `name: sentence`. */
export async function sentenceAt(file: string, line: number): Promise<string> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, line);
  const comment = lines.findLast((text) => SENTENCE.test(text));
  const [, name, text] = SENTENCE.exec(comment ?? '') ?? [];
  if (name === undefined) throw new Error(`No sentence stands above ${file}:${line}.`);
  return `${name}: ${text}`;
}

/** The sentence above a formula of a model. */
export async function sentenceOfFormula(file: string, formula: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return sentenceAt(file, lines.findIndex((line) => line.startsWith(`ltl ${formula} `)) + 1);
}
