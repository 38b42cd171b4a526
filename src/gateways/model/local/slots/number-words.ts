import type { Language } from '../language/detect-language.ts';
import type { Token } from '../language/tokenise.ts';

const sequence = (words: string, first: number, step = 1): [string, number][] =>
  words.split(' ').map((word, index) => [word, first + index * step]);

const units: Record<Language, ReadonlyMap<string, number>> = {
  en: new Map([
    ...sequence(
      'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen',
      0,
    ),
    ...sequence('sixteen seventeen eighteen nineteen', 16),
    ...sequence('twenty thirty forty fifty sixty seventy eighty ninety', 20, 10),
  ]),
  es: new Map([
    ...sequence(
      'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince',
      0,
    ),
    ...sequence(
      'dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro',
      16,
    ),
    ...sequence('veinticinco veintiseis veintisiete veintiocho veintinueve', 25),
    ...sequence('treinta cuarenta cincuenta sesenta setenta ochenta noventa', 30, 10),
    ...sequence(
      'ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos',
      100,
      100,
    ),
    ['novecientos', 900],
    ['cien', 100],
    ['un', 1],
    ['una', 1],
    ['veintiun', 21],
  ]),
};

const multipliers: Record<Language, ReadonlyMap<string, number>> = {
  en: new Map([
    ['hundred', 100],
    ['thousand', 1000],
  ]),
  es: new Map([['mil', 1000]]),
};

const joiner: Record<Language, string> = { en: 'and', es: 'y' };
const oneOnly = new Set(['one', 'uno', 'un', 'una']);

/** Whether a word may follow in a number: "twenty five", not "two fifty", which reads two ways. */
const joins = (group: number, unit: number): boolean => {
  if (unit >= 100) return group % 1000 === 0;
  if (unit >= 10) return group % 100 === 0;
  return group % 100 === 0 || (group % 100 >= 20 && group % 10 === 0);
};

/**
 * Reads a number written in words at a token, up to 999,999. A lone "one", "un", "una" is read too: `single` tells
 * the caller that it may be an article. Not `exact` when the words read two ways.
 *
 * @example
 * readNumberWords(tokenise('twenty-five dollars'), 0, 'en'); // { amount: 25, length: 2, single: false, exact: true }
 */
export function readNumberWords(
  tokens: readonly Token[],
  at: number,
  language: Language,
): { amount: number; length: number; single: boolean; exact: boolean } | undefined {
  let thousands = 0;
  let group = 0;
  let length = 0;
  let pending = 0;
  let sound = true;
  for (let index = at; index < tokens.length; index += 1) {
    const word = tokens[index]?.word ?? '';
    const unit = units[language].get(word);
    const multiplier = multipliers[language].get(word);
    const article = language === 'en' && word === 'a' && index === at;
    if (unit !== undefined) {
      sound &&= joins(group, unit);
      group += unit;
    } else if (multiplier === 1000) {
      thousands += (group === 0 ? 1 : group) * 1000;
      group = 0;
    } else if (multiplier !== undefined) group = (group === 0 ? 1 : group) * multiplier;
    else if ((word === joiner[language] && length > 0 && pending === 0) || article) {
      pending += 1;
      continue;
    } else break;
    if (article) continue;
    length += 1 + pending;
    pending = 0;
  }
  if (length === 0) return undefined;
  const single = length === 1 && oneOnly.has(tokens[at]?.word ?? '');
  return { amount: thousands + group, length, single, exact: sound };
}
