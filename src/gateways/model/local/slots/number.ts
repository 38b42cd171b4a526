import type { Language } from '../language/detect-language.ts';
import { fold } from '../language/fold.ts';
import { tokenise } from '../language/tokenise.ts';
import type { Entity } from './entity.ts';
import { readNumberWords } from './number-words.ts';
import { isNegated, leavesOpen, numeralSource, readNumeral } from './numeral.ts';

const standing = new RegExp(
  String.raw`(?<![\p{L}\p{N}_#/-]|\d[.,])(${numeralSource})(?:st|nd|rd|th)?(?![\p{L}\p{N}_/]|-\p{L})`,
  'gu',
);

/**
 * Standing numbers of a text, in digits and in words; a number followed by % or "per cent" is a percentage.
 *
 * @example
 * findNumbers('over 24 months at 5%', 'en').map((entity) => entity.kind); // ['number', 'percent']
 */
export function findNumbers(text: string, language: Language): Entity[] {
  const folded = fold(text);
  const found: Entity[] = [];
  const add = (numeral: { amount: number; exact: boolean }, start: number, end: number) => {
    const percent = /^\s*(?:%|per ?cent\b|por ?ciento\b)/.exec(folded.slice(end));
    const amount = numeral.amount * (isNegated(folded, start) ? -1 : 1);
    const exact = numeral.exact && !leavesOpen(folded, { start, end }, 'count', language);
    const kind = percent === null ? 'number' : 'percent';
    const ordinal = /(?:st|nd|rd|th)$/.test(folded.slice(start, end));
    found.push({
      kind,
      amount,
      exact,
      ...(kind === 'number' && ordinal ? { ordinal } : {}),
      start,
      end: end + (percent?.[0].length ?? 0),
    });
  };
  for (const match of folded.matchAll(standing)) {
    add(readNumeral(match[1] ?? '', language), match.index, match.index + match[0].length);
  }
  const tokens = tokenise(text);
  for (let at = 0; at < tokens.length; at += 1) {
    const words = readNumberWords(tokens, at, language);
    if (words === undefined) continue;
    const start = tokens[at]?.start ?? 0;
    if (!words.single)
      add({ amount: words.amount, exact: words.exact }, start, tokens[at + words.length - 1]?.end ?? start);
    at += words.length - 1;
  }
  return found.sort((one, other) => one.start - other.start);
}
