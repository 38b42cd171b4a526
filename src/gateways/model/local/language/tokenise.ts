import { fold } from './fold.ts';

/** A word of a text: folded, with its place in the original. */
export type Token = { word: string; start: number; end: number };

const wordPattern = /[\p{L}\p{N}]+(?:'\p{L}+)*/gu;

/**
 * The words of a text in order. Letters, digits and an inner apostrophe make a word; all else parts words.
 *
 * @example
 * tokenise("What's AC-1042?").map((token) => token.word); // ["what's", 'ac', '1042']
 */
export function tokenise(text: string): Token[] {
  const folded = fold(text);
  const tokens: Token[] = [];
  for (const match of folded.matchAll(wordPattern)) {
    tokens.push({ word: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

/**
 * A name of code as words: camelCase, snake_case, kebab-case and dotted names alike.
 *
 * @example
 * splitName('runLineTest2'); // 'run line test 2'
 */
export function splitName(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .replace(/[_\-./:]+/g, ' ')
    .trim()
    .toLowerCase();
}
