import type { Language } from '../language/detect-language.ts';
import { fold } from '../language/fold.ts';
import { conceptOf } from '../language/lexicon.ts';
import { isStopWord } from '../language/stop-words.ts';

/**
 * A name in a text; `sure` when it is marked as one or has two words or more, not `exact` when it may go on: an
 * ordinary word with a capital follows, which may be a surname ("Ann Price").
 */
export type FoundName = { text: string; start: number; end: number; sure: boolean; exact: boolean };

const word = String.raw`\p{Lu}[\p{L}'’-]+`;
const particle = '(?:de|del|la|los|las|van|von|der|da)';
const nameSource = String.raw`${word}(?:\s+(?:${particle}\s+){0,2}(?:\p{Lu}\.|\p{Lu}[\p{L}'’-]*)){0,3}`;
const strongMarkers =
  '[Nn]amed|[Cc]alled|[Nn]ame is|[Nn]ame:|a nombre de|[Nn]ombre es|[Nn]ombre:|[Ll]lamad[oa]|se llama|[Mm]e llamo|' +
  "I am|I'm|[Cc]ustomer|[Cc]lient[e]?|[Pp]atient|[Pp]aciente|[Aa]pplicant|[Mm]rs?\\.?|[Ss]ra?\\.?";
const weakMarkers = '[Ff]or|[Oo]f|[Bb]y|[Uu]nder|[Pp]ara|[Dd]e|[Ss]oy|[Nn]ame|[Nn]ombre';

const particles = new RegExp(String.raw`\b${particle}\b`, 'g');
const strong = new RegExp(String.raw`\b(?:${strongMarkers})\s+(${nameSource})`, 'gu');
const weak = new RegExp(String.raw`\b(?:${weakMarkers})\s+(${nameSource})`, 'gu');
const standing = new RegExp(String.raw`(?<![\p{L}\p{N}-])(${nameSource})`, 'gu');

const isOrdinary = (name: string, language: Language): boolean =>
  fold(name)
    .split(/\s+/)
    .some(
      (part) =>
        isStopWord(part, language) || isStopWord(part, 'en') || conceptOf(part, language) !== undefined,
    );

/** A name without the ordinary words around it: "Hola Maria Lopez" holds "Maria Lopez". */
const trimWords = (name: string, language: Language): string => {
  const [first = '', ...rest] = name.split(/\s+/);
  const last = rest.at(-1);
  if (last !== undefined && isOrdinary(last, language))
    return trimWords(name.slice(0, -last.length).trimEnd(), language);
  return rest.length > 0 && isOrdinary(first, language)
    ? trimWords(name.slice(first.length).trimStart(), language)
    : name;
};

/**
 * Names of persons or firms in a text: capitalised words behind a marker ("named", "for", "a nombre de"), or two
 * and more of them together. Words of the word lists are no names.
 *
 * @example
 * findNames('the line of Maria Lopez', 'en')[0]; // { text: 'Maria Lopez', sure: true, … }
 */
export function findNames(text: string, language: Language): FoundName[] {
  const found: FoundName[] = [];
  const add = (match: RegExpExecArray, marked: boolean, needsTwo: boolean) => {
    const whole = (match[1] ?? '').replace(/(?:['’]s|[.,'’-]+)$/, '');
    const name =
      marked && !isOrdinary(whole.split(/\s+/)[0] ?? '', language) ? whole : trimWords(whole, language);
    const start = match.index + match[0].lastIndexOf(name);
    const several = /\s/.test(name);
    if (name === '' || (!marked && isOrdinary(name.replace(particles, ''), language))) return;
    if (
      /^[A-Z]{2,}$/.test(name) ||
      (needsTwo && !several) ||
      found.some((other) => start < other.end && other.start < start + name.length)
    )
      return;
    found.push({
      text: name,
      start,
      end: start + name.length,
      sure: marked || several,
      exact: whole.endsWith(name),
    });
  };
  for (const match of text.matchAll(strong)) add(match, true, false);
  for (const match of text.matchAll(weak)) add(match, false, false);
  for (const match of text.matchAll(standing)) add(match, false, true);
  return found.sort((one, other) => one.start - other.start);
}
