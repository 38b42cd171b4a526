import type { Language } from '../language/detect-language.ts';
import { fold } from '../language/fold.ts';
import { tokenise } from '../language/tokenise.ts';
import type { Entity } from './entity.ts';
import { readNumberWords } from './number-words.ts';
import { isNegated, leavesOpen, numeralSource, readNumeral } from './numeral.ts';

const currencyBySign: Record<string, string> = {
  us$: 'USD',
  $: 'USD',
  '€': 'EUR',
  '£': 'GBP',
  usd: 'USD',
  eur: 'EUR',
  gbp: 'GBP',
  mxn: 'MXN',
};

const currencyWords: readonly (readonly [RegExp, string | undefined, number])[] = [
  [/^(?:dollars?|dolar|dolares|bucks?|usd)$/, 'USD', 1],
  [/^(?:euros?|eur)$/, 'EUR', 1],
  [/^(?:pounds?|quid|libras?|gbp)$/, 'GBP', 1],
  [/^(?:pesos?|mxn)$/, 'MXN', 1],
  [/^(?:cents?|centavos?|centimos?)$/, undefined, 0.01],
];

const signBefore = new RegExp(
  String.raw`(us\$|\$|€|£|\b(?:usd|eur|gbp|mxn)\b)\s*[-−]?\s*(${numeralSource})`,
  'g',
);
const signAfter = new RegExp(String.raw`(${numeralSource})\s*(us\$|\$|€|£)`, 'g');
const wordAfter = new RegExp(String.raw`(?<![\w.,])(${numeralSource})\s*(?:us\s+|american\s+)?([a-z]+)`, 'g');
const signInside = /^(?:us\$|[$€£]|[a-z]{3})\s*[-−]/;
const centsAfter = /^\s*(?:and|y|con)\s+(\d{1,2})\s*(?:cents?|centavos?|centimos?)\b/;

const round = (amount: number): number => Math.round(amount * 100) / 100;

/** What a currency word means, or undefined for any other word. */
const currencyOfWord = (word: string) => {
  const entry = currencyWords.find(([pattern]) => pattern.test(word));
  return entry === undefined ? undefined : { currency: entry[1], factor: entry[2] };
};

/** "Twelve dollars and fifty cents" is one amount. */
const joinCents = (found: readonly Entity[], folded: string): Entity[] => {
  const joined: Entity[] = [];
  for (const entity of found) {
    const last = joined.at(-1);
    const between = last === undefined ? '' : folded.slice(last.end, entity.start);
    const isCents =
      entity.kind === 'money' && entity.currency === undefined && entity.amount > 0 && entity.amount < 1;
    if (
      last?.kind === 'money' &&
      isCents &&
      last.currency !== undefined &&
      /^\s*(?:,|and|y|con)?\s*$/.test(between)
    ) {
      joined[joined.length - 1] = { ...last, amount: round(last.amount + entity.amount), end: entity.end };
    } else joined.push(entity);
  }
  return joined;
};

/**
 * Amounts of money in a text: "$12.50", "12,50 €", "USD 20", "twenty dollars", "veinte dólares", "50 cents". The
 * currency is an ISO 4217 code; the dollar sign alone means USD.
 *
 * @example
 * findMoney('un abono de veinte dólares', 'es')[0]; // { kind: 'money', amount: 20, currency: 'USD', … }
 */
export function findMoney(text: string, language: Language): Entity[] {
  const folded = fold(text);
  const found: Entity[] = [];
  const add = (
    numeral: { amount: number; exact: boolean },
    currency: string | undefined,
    start: number,
    wholeEnd: number,
  ) => {
    if (found.some((entity) => start < entity.end && entity.start < wholeEnd)) return;
    const cents = centsAfter.exec(folded.slice(wholeEnd));
    const end = wholeEnd + (cents?.[0].length ?? 0);
    const amount = round(numeral.amount + (cents === null ? 0 : Number(cents[1]) / 100));
    const sign = isNegated(folded, start) || signInside.test(folded.slice(start, wholeEnd)) ? -1 : 1;
    const exact = numeral.exact && !leavesOpen(folded, { start, end }, 'amount', language);
    found.push({ kind: 'money', amount: sign * amount, currency, exact, start, end });
  };
  for (const match of folded.matchAll(signBefore)) {
    const numeral = readNumeral(match[2] ?? '', language);
    add(numeral, currencyBySign[match[1] ?? ''], match.index, match.index + match[0].length);
  }
  for (const match of folded.matchAll(signAfter)) {
    const numeral = readNumeral(match[1] ?? '', language);
    add(numeral, currencyBySign[match[2] ?? ''], match.index, match.index + match[0].length);
  }
  for (const match of folded.matchAll(wordAfter)) {
    const word = currencyOfWord(match[2] ?? '');
    if (word === undefined) continue;
    const { amount, exact } = readNumeral(match[1] ?? '', language);
    add({ amount: amount * word.factor, exact }, word.currency, match.index, match.index + match[0].length);
  }
  const tokens = tokenise(text);
  for (let at = 0; at < tokens.length; at += 1) {
    const words = readNumberWords(tokens, at, language);
    if (words === undefined) continue;
    const next = tokens[at + words.length];
    const word = next === undefined ? undefined : currencyOfWord(next.word);
    if (word !== undefined && next !== undefined) {
      add(
        { amount: words.amount * word.factor, exact: words.exact },
        word.currency,
        tokens[at]?.start ?? 0,
        next.end,
      );
    }
    at += words.length - 1;
  }
  return joinCents(
    found.sort((one, other) => one.start - other.start),
    folded,
  );
}
