import type { Language } from '../language/detect-language.ts';
import { fold } from '../language/fold.ts';
import { findQuoted } from '../slots/quoted.ts';
import { blank } from './blank.ts';
import { readOpening } from './opening.ts';

const sentenceEnd = /(?<!\b(?:mr|mrs|ms|dr|sr|sra|no|st|etc))[.!?;…](?=\s|$|[¿¡])+|\n+/g;
const joints: Record<Language, RegExp> = {
  en: /,?\s+(?:and then|and also|and|then|also|plus|but|so|as well as)\s+|,\s+|\s+-\s+|:\s+/g,
  es: /,?\s+(?:y luego|y despues|y tambien|y|e|luego|despues|ademas|tambien|pero|asi que|por eso|por lo que)\s+|,\s+|\s+-\s+|:\s+/g,
};

/** A part of a text. */
export type Part = { text: string; start: number };

const sentencesOf = (text: string): Part[] => {
  const masked = blank(fold(text), findQuoted(text));
  const parts: Part[] = [];
  let from = 0;
  for (const match of masked.matchAll(sentenceEnd)) {
    const to = match.index + match[0].length;
    parts.push({ text: text.slice(from, to), start: from });
    from = to;
  }
  parts.push({ text: text.slice(from), start: from });
  return parts.filter((part) => /[\p{L}\p{N}]/u.test(part.text));
};

const splitSentence = (sentence: Part, language: Language): Part[] => {
  const masked = blank(fold(sentence.text), findQuoted(sentence.text));
  const cuts: number[] = [];
  for (const match of masked.matchAll(joints[language])) {
    const next = match.index + match[0].length;
    if (
      /[\p{L}\p{N}]/u.test(masked.slice(0, match.index)) &&
      readOpening(masked.slice(next), language).kind !== 'none'
    ) {
      cuts.push(next);
    }
  }
  const edges = [0, ...cuts, sentence.text.length];
  return edges.slice(1).map((to, index) => {
    const from = edges[index] ?? 0;
    return { text: sentence.text.slice(from, to), start: sentence.start + from };
  });
};

/**
 * Splits a message into parts that each open a wish of their own: at the ends of sentences, and at "and", "then",
 * a comma where a verb or a question word follows ("check my line and tell me what I owe").
 *
 * @example
 * splitClauses('Check AC-1 and tell me what I owe. Thanks!', 'en').length; // 3
 */
export function splitClauses(text: string, language: Language): Part[] {
  return sentencesOf(text).flatMap((sentence) => splitSentence(sentence, language));
}
