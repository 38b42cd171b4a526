import type { Entity } from './entity.ts';

const codePattern =
  /(?<![\p{L}\p{N}_@.$€£-])(?=[\p{L}\p{N}_/-]{0,40}\d)(?=[\p{L}\p{N}_/-]{0,40}\p{L})[\p{L}\p{N}]+(?:[-_/][\p{L}\p{N}]+)*/gu;
const measure = /^\d+(?:st|nd|rd|th|am|pm|h|k|x|º|ª|[a-z]{1,5}|\/[a-z]+)$/i;

/**
 * Words that look like identifiers: letters and digits together ("AC-1042", "inv_77"). A number with a unit
 * ("24h", "100mb", "3rd") is none.
 */
export function findCodes(text: string): Entity[] {
  return [...text.matchAll(codePattern)]
    .filter((match) => !measure.test(match[0]) && !/^[a-z]+-[a-z]+$/i.test(match[0]))
    .map((match) => ({
      kind: 'code',
      text: match[0],
      exact: true,
      start: match.index,
      end: match.index + match[0].length,
    }));
}
