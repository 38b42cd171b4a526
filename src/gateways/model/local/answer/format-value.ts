import type { Language } from '../language/detect-language.ts';
import { splitName } from '../language/tokenise.ts';
import { sayDay, sayMoney, sayNumber } from './formats.ts';
import { phrases } from './phrases.ts';

const moneyKey =
  /\b(?:amount|total|price|cost|fee|balance|due|charge|charges|payment|credit|credited|refund|importe|saldo|precio)\b/;
const currencyKey = /\b(usd|eur|gbp|mxn)\b/;
const isoDay = /^\d{4}-\d{2}-\d{2}$/;
const isoMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;
const longestText = 400;

const formatDate = (text: string, language: Language): string | undefined => {
  if (!isoDay.test(text) && !isoMoment.test(text)) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  const day = sayDay(date, language);
  return isoDay.test(text) ? day : `${day}, ${date.toISOString().slice(11, 16)} UTC`;
};

const formatNumber = (
  value: number,
  key: string,
  currency: string | undefined,
  language: Language,
): string => {
  const words = splitName(key);
  const named = currencyKey.exec(words)?.[1]?.toUpperCase();
  const unit = named ?? (moneyKey.test(words) ? currency : undefined);
  if (unit !== undefined && /^[A-Z]{3}$/.test(unit)) return sayMoney(value, unit, language);
  return sayNumber(value, language);
};

/**
 * A scalar as a person reads it: money with its currency, dates in words (UTC), yes and no; text as it is, on one
 * line, at most 400 characters.
 *
 * @example
 * formatValue(12.5, 'usd', undefined, 'en'); // '$12.50'
 * formatValue('2026-03-01', 'due', undefined, 'es'); // '1 de marzo de 2026'
 */
export function formatValue(
  value: string | number | boolean,
  key: string,
  currency: string | undefined,
  language: Language,
): string {
  if (typeof value === 'boolean') return value ? phrases[language].yes : phrases[language].no;
  if (typeof value === 'number') return formatNumber(value, key, currency, language);
  const text = value.replace(/\s+/g, ' ').trim();
  return formatDate(text, language) ?? (text.length > longestText ? `${text.slice(0, longestText)}…` : text);
}
