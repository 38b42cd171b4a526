import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { Language } from '../language/detect-language.ts';
import { fieldName } from './field-name.ts';
import { formatValue } from './format-value.ts';
import { phrases } from './phrases.ts';
import { selectFields } from './select-fields.ts';

const mostItems = 5;
const mostFields = 10;
const deepest = 4;

/** How a result is told: the language, the currency that its amounts are in, and how deep inside it this is. */
type Telling = { language: Language; currency: string | undefined; depth: number };

const isObject = (value: JSONValue | undefined): value is JSONObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: JSONValue | undefined): value is readonly JSONValue[] => Array.isArray(value);

/** Whether a result says that nothing was found. */
export function isEmptyResult(result: JSONValue): boolean {
  if (result === null || result === '') return true;
  if (isList(result)) return result.length === 0;
  if (!isObject(result)) return false;
  const values = Object.values(result).filter((value) => value !== undefined && value !== null);
  return values.every((value) => isList(value) && value.length === 0);
}

const inside = (result: JSONObject, { language, currency, depth }: Telling): Telling => ({
  language,
  currency: typeof result.currency === 'string' ? result.currency.toUpperCase() : currency,
  depth: depth + 1,
});

const tellItem = (value: JSONValue, key: string, telling: Telling): string => {
  if (value === null) return phrases[telling.language].none;
  if (isObject(value)) {
    return telling.depth >= deepest ? '…' : tellFields(Object.entries(value), inside(value, telling), ', ');
  }
  if (isList(value)) return tellItems(value, telling, ', ');
  return formatValue(value, key, telling.currency, telling.language);
};

const tellItems = (list: readonly JSONValue[], telling: Telling, separator: string): string => {
  if (telling.depth >= deepest) return '…';
  const deeper = { ...telling, depth: telling.depth + 1 };
  const items = list.slice(0, mostItems).map((item) => tellItem(item, '', deeper));
  const rest = list.length > mostItems ? [phrases[telling.language].more(list.length - mostItems)] : [];
  return [...items, ...rest].join(separator);
};

const tellList = (key: string, list: readonly JSONValue[], telling: Telling): string => {
  const name = fieldName(key, telling.language);
  if (list.length === 0) return `${name}: ${phrases[telling.language].none}`;
  const heading = key === '' ? `${list.length}` : `${name} (${list.length})`;
  return `${heading}: ${tellItems(list, telling, isObject(list[0]) ? ' | ' : ', ')}`;
};

const tellFields = (
  entries: readonly (readonly [string, JSONValue | undefined])[],
  telling: Telling,
  separator: string,
): string =>
  entries
    .slice(0, mostFields)
    .flatMap(([key, value]) => {
      if (value === undefined || value === null || value === '' || key === 'currency') return [];
      if (isList(value)) return [tellList(key, value, telling)];
      return [`${fieldName(key, telling.language)}: ${tellItem(value, key, telling)}`];
    })
    .join(separator);

/**
 * A tool result as text: the fields that the question asks for, else all, as `Name: value`, each value as it came;
 * at most ten fields, five items of a list and four levels. Text results are quoted as they are.
 *
 * @example
 * describeResult({ dueDate: '2026-03-01', usd: 30 }, 'when is it due?', 'en'); // 'Due date: 1 March 2026'
 */
export function describeResult(result: JSONValue, question: string, language: Language): string {
  const telling: Telling = { language, currency: undefined, depth: 0 };
  if (isList(result)) return tellList('', result, telling);
  if (!isObject(result)) return tellItem(result, '', telling);
  const [only, ...others] = Object.values(result).filter((value) => value !== undefined && value !== null);
  if (isObject(only) && others.length === 0) return describeResult(only, question, language);
  return tellFields(selectFields(result, question, language), inside(result, telling), '. ');
}
