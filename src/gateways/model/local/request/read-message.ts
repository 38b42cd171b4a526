import type { Language } from '../language/detect-language.ts';
import { detectLanguage } from '../language/detect-language.ts';
import { fold } from '../language/fold.ts';
import type { Source } from '../slots/candidate.ts';
import { findEntities } from '../slots/entities.ts';
import type { Clause } from './clause.ts';
import { wantsPerson } from './markers.ts';
import { readClause } from './read-clause.ts';
import { isReserved } from './reservations.ts';
import type { SmallTalk } from './small-talk.ts';
import { readSmallTalk } from './small-talk.ts';
import { splitClauses } from './split-clauses.ts';

/** A user's message, read. */
export type Message = {
  text: string;
  source: Source;
  language: Language;
  clauses: readonly Clause[];
  smallTalk: SmallTalk | undefined;
  wantsPerson: boolean;
  /** Takes back an order, quotes one, or binds one to a condition: nothing may be changed on its strength. */
  holdsBack: boolean;
};

/** Parts of a message that are read; with more, its end is unread and may take back its beginning. */
const mostClauses = 16;

/**
 * Reads a message: its language, its clauses and what holds them back. A condition anywhere holds every order
 * back, since its reach cannot be told from the words alone.
 *
 * @example
 * readMessage('Credit AC-1042 $5. No wait, forget it.', 'en', new Date()).holdsBack; // true
 */
export function readMessage(text: string, fallback: Language, now: Date): Message {
  const language = detectLanguage(text, fallback);
  const parts = splitClauses(text, language);
  const clauses = parts.slice(0, mostClauses).map((part) => readClause(part.text, part.start, language, now));
  const folded = fold(text);
  return {
    text,
    source: sourceOf(text, language, now),
    language,
    clauses,
    smallTalk: readSmallTalk(text),
    wantsPerson: wantsPerson.test(folded),
    holdsBack:
      parts.length > mostClauses || isReserved(folded) || clauses.some((clause) => clause.conditional),
  };
}

/** A text as a source of slot values. */
export function sourceOf(text: string, language: Language, now: Date): Source {
  return { text, folded: fold(text), language, entities: findEntities(text, language, now) };
}
