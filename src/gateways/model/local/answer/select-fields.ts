import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { Language } from '../language/detect-language.ts';
import { featuresOf } from '../language/features.ts';
import { fold } from '../language/fold.ts';
import { areNeighbours } from '../language/lexicon.ts';
import { splitName } from '../language/tokenise.ts';

const asksFor: readonly (readonly [RegExp, (key: string, value: JSONValue) => boolean])[] = [
  [
    /\b(?:when|what (?:date|day|time)|by when|deadline|cuando|que dia|que fecha|a que hora)\b/,
    (_key, value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value),
  ],
  [
    /\b(?:how much|how many|amount|cost|price|cuanto|cuanta|cuantos|cuantas|importe|what do i owe)\b/,
    (key, value) => typeof value === 'number' || (/amount|total/i.test(key) && typeof value === 'string'),
  ],
  [/\b(?:who|whose|quien|quienes)\b/, (key) => /name|owner|holder|by|doctor|agent/i.test(key)],
  [
    /\b(?:why|por que|what caused|motivo|reason)\b/,
    (key) => /reason|cause|why|detail|description|note|message/i.test(key),
  ],
  [/\b(?:where|donde)\b/, (key) => /address|place|location|city|site/i.test(key)],
];

/** The fields of an object that answer a question; all of them when the question names none. */
export function selectFields(
  result: JSONObject,
  question: string,
  language: Language,
): [string, JSONValue][] {
  const entries = Object.entries(result).filter((entry): entry is [string, JSONValue] => {
    const value = entry[1];
    return value !== undefined && value !== null && value !== '';
  });
  const folded = fold(question);
  const asked = asksFor.filter(([pattern]) => pattern.test(folded));
  if (asked.length === 0) return entries;
  const keys = new Set(featuresOf(question, language).map((feature) => feature.key));
  const scored = entries.map(([key, value]) => {
    const own = featuresOf(splitName(key), 'en').map((feature) => feature.key);
    const isNamed = own.some((feature) => keys.has(feature));
    const isNear = own.some((feature) => [...keys].some((other) => areNeighbours(feature, other)));
    const isOfType = asked.some(([, fits]) => fits(key, value));
    return {
      entry: [key, value] as [string, JSONValue],
      score: (isOfType ? 2 : 0) + (isNamed ? 1 : isNear ? 0.5 : 0),
    };
  });
  const chosen = scored.filter(({ score }) => score >= 2).map(({ entry }) => entry);
  return chosen.length > 0 ? chosen : entries;
}
