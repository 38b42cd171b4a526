import type { Language } from '../language/detect-language.ts';
import { featuresOf } from '../language/features.ts';
import { fold } from '../language/fold.ts';
import { findEntities } from '../slots/entities.ts';
import { blank, reasonPlace } from './blank.ts';
import type { Clause, Mood } from './clause.ts';
import { findActions } from './find-actions.ts';
import { condition, embeddedQuestion, politeCondition, refusal, spanishIf } from './markers.ts';
import type { Opening } from './opening.ts';
import { readOpening } from './opening.ts';

const courtesy = /\b(?:please|pls|por favor|porfa|thanks|thank you|gracias)\b/;
const finiteVerb =
  /\b(?:is|are|was|were|has|had|got|did|says?|said|gets?|es|esta|son|fue|tiene|tuvo|dijo|habia|llego|hizo)\b/;

/** A thing asked for without a verb: "a $5 credit on AC-1042, please". */
const isPoliteNoun = (folded: string, core: string, opening: Opening, language: Language): boolean => {
  if (!courtesy.test(folded) || finiteVerb.test(folded)) return false;
  const rest = core.slice(opening.at);
  const [first] = featuresOf(rest, language);
  return (
    first !== undefined &&
    /^\s*(?:(?:an?|another|one|some|un|una|otro|otra|el|la|the)\s+)?$/.test(rest.slice(0, first.start))
  );
};

const moodOf = (folded: string, core: string, opening: Opening, language: Language): Mood => {
  if (opening.kind === 'lead' || opening.kind === 'order' || opening.kind === 'offer') return 'request';
  if (opening.kind === 'question' || opening.kind === 'permission' || /\?/.test(folded)) return 'question';
  return isPoliteNoun(folded, core, opening, language) ? 'request' : 'statement';
};

/** Words that make a sentence of its own, not a bare noun. */
const sentenceWords =
  /\b(?:i|i'm|i've|i'd|we|we're|we've|he|she|they|it|it's|you|this|that|there|is|are|was|were|has|have|had|does|did|keeps?|went|got|no|not|yo|he|ha|han|es|esta|estan|fue|era|soy|me|nos|se|no|tengo|tenemos|tiene|llevo|llevamos|va|van|sigue|siguen|hay|funciona)\b/;

const temporal = /^(?:when|once|whenever|after|as soon as|cuando|en cuanto|tan pronto como|despues de que)\b/;

/** "When is it due?" asks; "When it is fixed, credit me" waits. */
const waits = (text: string, core: string, at: number): boolean =>
  temporal.test(core.slice(at)) && !core.includes('?') && !/cuándo/i.test(text) && core.includes(',');

const isConditional = (text: string, core: string, opening: Opening, language: Language): boolean => {
  const courtesies = (words: string) =>
    words.replace(politeCondition, ' ').replace(embeddedQuestion, ' ').trim();
  if (waits(text, core, opening.at) || condition[language].test(courtesies(core))) return true;
  return language === 'es' && spanishIf.test(courtesies(text.toLowerCase()));
};

/**
 * Reads one clause: its mood, what it asks for, and whether it is refused, conditional or only tentative.
 *
 * @example
 * readClause("don't credit my account", 0, 'en', new Date()).refused; // true
 */
export function readClause(text: string, start: number, language: Language, now: Date): Clause {
  const folded = fold(text);
  const values = findEntities(text, language, now);
  const reason = reasonPlace(folded);
  const quotations = values.filter((value) => value.kind === 'quoted');
  const spoken = blank(folded, reason === undefined ? quotations : [...quotations, reason]);
  const core = blank(spoken, values);
  const opening = readOpening(spoken, language);
  const mood = moodOf(spoken, core, opening, language);
  const actions = findActions(core, opening, language);
  const nounOnly = actions.length === 0 && mood === 'request' && opening.kind === 'none';
  return {
    text,
    core,
    start,
    end: start + text.length,
    mood,
    fragment: mood === 'statement' && opening.kind === 'none' && !sentenceWords.test(spoken),
    refused:
      refusal[language].test(spoken.slice(firstWord(spoken))) ||
      refusal[language].test(spoken.slice(opening.at)),
    conditional: isConditional(text, spoken, opening, language),
    tentative: /\?/.test(spoken) && opening.kind === 'order',
    actions: nounOnly ? findActions(core, { at: opening.at, kind: 'order' }, language) : actions,
  };
}

const firstWord = (folded: string): number => {
  const please = /^[\s,¡¿]*(?:please|por favor|but|pero|and|y|so|ok|okay)?[\s,]*/.exec(folded);
  return please?.[0].length ?? 0;
};
