import type { Language } from '../language/detect-language.ts';

/** Digits with separators and an optional multiplier ("20k", "5 mil"); a source for patterns of more than one file. */
export const numeralSource = String.raw`\d+(?:[.,']\d{3})*(?:[.,]\d+)?(?:k\b|\s(?:thousand|million|mil|millones|millon)\b)?`;

/**
 * Reads digits with separators. The last separator is the decimal one unless three digits follow it; then the
 * language decides (1,250 in English and 1.250 in Spanish are thousands), and the other reading is not `exact`.
 *
 * @example
 * readNumeral('1.250,50', 'en'); // { amount: 1250.5, exact: true }
 * readNumeral('1.250', 'en'); // { amount: 1.25, exact: false }
 */
export function readNumeral(numeral: string, language: Language): { amount: number; exact: boolean } {
  const multiplier = /million|millon/.test(numeral) ? 1_000_000 : /k$|thousand|mil$/.test(numeral) ? 1000 : 1;
  const digits = numeral.replace(/[^\d.,]/g, '');
  const separators = digits.replace(/\d/g, '');
  const last = separators.at(-1);
  const amount = (text: string) => Number(text) * multiplier;
  if (last === undefined) return { amount: amount(digits), exact: true };
  const other = last === '.' ? ',' : '.';
  const decimals = digits.length - digits.lastIndexOf(last) - 1;
  const asThousands = { amount: amount(digits.replace(/[.,]/g, '')), exact: true };
  const asDecimal = amount(digits.replaceAll(other, '').replace(last, '.'));
  if (separators.includes(other)) return { amount: asDecimal, exact: true };
  if (separators.length > 1) return asThousands;
  if (decimals !== 3 || digits.startsWith('0')) return { amount: asDecimal, exact: true };
  return last === (language === 'es' ? '.' : ',') ? asThousands : { amount: asDecimal, exact: false };
}

const openWords =
  /(?:\b(?:about|around|roughly|approximately|approx|almost|nearly|up to|at least|at most|more than|less than|between|unos|unas|alrededor de|aproximadamente|casi|hasta|como|al menos|mas de|menos de|entre|by)|~)\s*[$€£]?\s*$/;
const partBefore =
  /(?:\b(?:twice|double|triple|thrice|dos veces|el doble de)\s*[$€£]?\s*$)|(?:\b(?:half|third|quarter|percent|mitad|tercio|cuarto)|%)\s+(?:of|de)\s*[$€£]?\s*$/;
const openAfter =
  /^(?:[mb]n?\b|\/|\s*(?:\+|plus\b|and a (?:half|quarter)\b|y medio\b|\d))|^\s*(?:dollars?|bucks|usd|euros?|dolares)?\s*(?:plus|minus|and a (?:half|quarter)|y medio|con \d|less|more|extra|or so|ish|max(?:imum)?|tops|at most|per (?:day|week|month|hour)|a (?:day|week|month)|menos|mas|o asi|como maximo|al (?:dia|mes)|por (?:dia|semana|mes|hora))\b/;
const openAmountWords = /\b(?:over|under)\s*[$€£]?\s*$/;
const unit = '(?:[$€£]|dollars|bucks|dolares|euros|usd|eur)?';
const rangeWords: Record<Language, string> = { en: '-|–|to|or|and', es: '-|–|a|o|u|y' };
const ranges = (language: Language) => ({
  before: new RegExp(String.raw`(?<![\w-])\d[\d.,]*\s*${unit}\s*(?:${rangeWords[language]})\s*[$€£]?\s*$`),
  after: new RegExp(String.raw`^\s*${unit}\s*(?:${rangeWords[language]})\s*[$€£]?\s*\d`),
});
const rangesByLanguage = { en: ranges('en'), es: ranges('es') };

/**
 * Whether the folded text around a number leaves it open: an approximation, a bound, a range, a choice. "Over 50
 * dollars" is open, "over 24 months" is a duration.
 */
export function leavesOpen(
  folded: string,
  place: { start: number; end: number },
  kind: 'amount' | 'count',
  language: Language,
): boolean {
  const before = folded.slice(Math.max(0, place.start - 40), place.start);
  const after = folded.slice(place.end, place.end + 40);
  if (kind === 'amount' && (openAmountWords.test(before) || openAfter.test(after))) return true;
  if (partBefore.test(before) || /^\s*(?:and a (?:half|quarter)|y medio)\b/.test(after)) return true;
  const range = rangesByLanguage[language];
  return openWords.test(before) || range.before.test(before) || range.after.test(after);
}

/** Whether the folded text before a number makes it negative. */
export function isNegated(folded: string, start: number): boolean {
  return /(?:(?:^|[\s($€£])[-−]|\b(?:minus|negative|menos))\s*[$€£]?\s*$/.test(
    folded.slice(Math.max(0, start - 12), start),
  );
}
