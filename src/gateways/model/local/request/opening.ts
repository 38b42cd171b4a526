import type { Language } from '../language/detect-language.ts';
import { actionClassOf, conceptOf, isListed } from '../language/lexicon.ts';
import { isStopWord } from '../language/stop-words.ts';
import { leadIn, questionStart, requestLead } from './markers.ts';

/** Verbs that say little, in the form of an order; their object says what is asked for. */
const lightOrders: Record<Language, RegExp> = {
  en: /^(?:give|get|make|do|put|take|let|have|apply|issue|grant|place|process|submit|perform|help|go|knock|shave)\b/,
  es: /^(?:da|dad|de|den|dar|haz|haga|hagan|haced|hacer|pon|ponga|pongan|poned|poner|(?:aplic|apliqu|tramit|mand|ech|cargu|ingres|concedi?|emit|met|otorgu?)(?:a|ad|e|en|an|ar|ed|er|id|ir))(?:me|nos|le|les|lo|la)?\b/,
};

const spanishFinished =
  /(?:aste|iste|aron|ieron|ado|ada|ados|adas|ido|ida|idos|idas|aba|aban|ia|ian|o|os|asteis|isteis)$/;
const englishInflected = /(?:[^e]ed|[^aeiou]id|ing)$/;

/** Whether a word is a verb in the form of an order: base form, infinitive, imperative. */
const isOrderForm = (word: string, language: Language): boolean => {
  const concept = conceptOf(word, language);
  if (concept === undefined || actionClassOf(concept) === undefined) return false;
  if (language === 'es')
    return word.length > 3 && (isListed(`${word}r`, 'es') || !spanishFinished.test(word));
  return isListed(word, 'en') && !englishInflected.test(word);
};

/** Questions whether one may do something: what follows is the act, but nobody is asked to do it. */
const permissionLead: Record<Language, RegExp> = {
  en: /^(?:can|could|may|might|should) (?:i|we)(?: still| also| already)?\s+|^am i able to\s+|^is it possible to\s+/,
  es: /^(?:puedo|podemos|podria yo|se puede|es posible|deberia)\s+/,
};

/** What follows a noun, not an order: "credit of $5", "test was", "prueba de". */
const afterNoun: Record<Language, RegExp> = {
  en: /^\s+(?:of|from|was|were|is|are|isn't|wasn't|has|hasn't|had|have|did|didn't|does|doesn't|failed|never|not)\b/,
  es: /^\s+(?:de|del|fue|es|esta|estaba|ha|habia|no|nunca|fallo|fallido|fallida|pendiente)\b/,
};
const finishedVerb: Record<Language, RegExp> = {
  en: /\b(?:failed|was|were|is|are|has|had|did|didn't|hasn't|wasn't|isn't|doesn't|shows?|appears?|went|bounced|arrived)\b/,
  es: /\b(?:fallo|fue|es|esta|estaba|ha|habia|hubo|llego|salio|aparece)\b/,
};

/** Whether a word that could be an order is a noun here, or stands alone; acts of reading are no matter. */
const isNoun = (rest: string, word: string, language: Language): boolean => {
  if (actionClassOf(conceptOf(word, language) ?? '') === 'reading') return false;
  const [main = ''] = rest.split(/[,;:(]|\s-\s|\b(?:because|that|which|who|porque|que)\b/);
  return (
    /^\s*(?:[,;:.!?]|$)/.test(rest) || afterNoun[language].test(rest) || finishedVerb[language].test(main)
  );
};

/** Whether a word of no list that somebody is begged with can only be a verb: "please deduct …". */
const isUnknownVerb = (word: string, rest: string, language: Language): boolean =>
  word.length > 2 &&
  conceptOf(word, language) === undefined &&
  !isStopWord(word, language) &&
  !finishedVerb[language].test(rest);

const offeredByYou = /^(?:¿\s*)?(?:me|nos)\s+(\p{L}+?)(?:s|is|n)?\b/u;

/** How a clause opens: its lead-ins and its way of asking taken off, and what that way was. */
export type Opening = {
  /** Offset of the first word after the opening. */
  at: number;
  kind: 'lead' | 'order' | 'offer' | 'permission' | 'question' | 'none';
};

/**
 * Reads the opening of a folded clause.
 *
 * @example
 * readOpening('please could you check my line', 'en'); // { at: 17, kind: 'lead' }
 */
export function readOpening(folded: string, language: Language): Opening {
  let at = 0;
  for (let round = 0; round < 8; round += 1) {
    const match = leadIn[language].exec(folded.slice(at));
    if (match === null) break;
    at += match[0].length;
  }
  at += /^[\s,;:.!¡¿"'-]*/.exec(folded.slice(at))?.[0].length ?? 0;
  const rest = folded.slice(at);
  const lead = requestLead[language].exec(rest);
  if (lead !== null) {
    const skip = /^[\s,]*(?:please|por favor)?[\s,]*/.exec(rest.slice(lead[0].length))?.[0].length ?? 0;
    return { at: at + lead[0].length + skip, kind: 'lead' };
  }
  if (lightOrders[language].test(rest)) return { at, kind: 'order' };
  const first = /^[\p{L}']+/u.exec(rest)?.[0] ?? '';
  const offer = language === 'es' ? offeredByYou.exec(rest) : null;
  if (offer !== null && isOrderForm(offer[1] ?? '', 'es')) {
    return { at: at + offer[0].length - (/\p{L}+$/u.exec(offer[0])?.[0].length ?? 0), kind: 'offer' };
  }
  const permission = permissionLead[language].exec(rest);
  if (permission !== null) return { at: at + permission[0].length, kind: 'permission' };
  if (questionStart[language].test(rest)) return { at, kind: 'question' };
  const isBegged = /\b(?:please|pls|plz|kindly|por favor|porfa)\s*$/.test(folded.slice(0, at).trimEnd());
  if (isBegged && isUnknownVerb(first, rest, language)) return { at, kind: 'lead' };
  const isOrder = isOrderForm(first, language) && !isNoun(rest.slice(first.length), first, language);
  return { at, kind: isOrder ? 'order' : 'none' };
}
