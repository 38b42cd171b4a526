import type { Language } from '../language/detect-language.ts';

const numberLocales: Record<Language, string> = { en: 'en-US', es: 'es-ES' };
const dayLocales: Record<Language, string> = { en: 'en-GB', es: 'es-ES' };

const currencies = new Map<string, Intl.NumberFormat>();
const days: Partial<Record<Language, Intl.DateTimeFormat>> = {};
const plain: Partial<Record<string, Intl.NumberFormat>> = {};

/** An amount of money in a currency (ISO 4217), as the language writes it. Formats are kept: making one is slow. */
export function sayMoney(amount: number, currency: string, language: Language): string {
  const key = `${language} ${currency}`;
  let format = currencies.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(numberLocales[language], {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
    });
    if (currencies.size < 100) currencies.set(key, format);
  }
  return format.format(amount).replace(/[\u00a0\u202f]/g, ' ');
}

/** A day in words, by UTC. */
export function sayDay(date: Date, language: Language): string {
  days[language] ??= new Intl.DateTimeFormat(dayLocales[language], { dateStyle: 'long', timeZone: 'UTC' });
  return days[language].format(date);
}

/** A number; thousands are parted from 10,000 on. */
export function sayNumber(value: number, language: Language): string {
  const useGrouping = Math.abs(value) >= 10_000;
  const key = `${language} ${useGrouping}`;
  plain[key] ??= new Intl.NumberFormat(numberLocales[language], { maximumFractionDigits: 6, useGrouping });
  return plain[key].format(value);
}
