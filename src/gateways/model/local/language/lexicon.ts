import type { Language } from './detect-language.ts';
import { changingActions, readingActions } from './lexicon-actions.ts';
import { neighbourhoods, things } from './lexicon-things.ts';
import { rootSpelling, rootsOf } from './stem.ts';

/** What a verb does: `reading` finds out, `changing` alters something. */
export type ActionClass = 'reading' | 'changing';

type Entry = { concept: string; words: Record<Language, string[]>; action: ActionClass | undefined };

const parse = (text: string, action: ActionClass | undefined): Entry[] =>
  text
    .split(';')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [concept = '', list = ''] = line.split(':');
      const [english = '', spanish = ''] = list.split('|');
      const words = (side: string) => side.trim().split(/\s+/);
      return { concept: concept.trim(), words: { en: words(english), es: words(spanish) }, action };
    });

const entries = [
  ...parse(readingActions, 'reading'),
  ...parse(changingActions, 'changing'),
  ...parse(things, undefined),
];

/** The one root under which a listed word is found from its other forms. */
const listRoot = (word: string, language: Language): string => {
  if (language === 'en') return word;
  const [, infinitive] = /^(.{3,})[aei]r$/.exec(word) ?? [];
  const [, noun] = /^(.{3,}?)(?:os|as|es|[aeos])$/.exec(word) ?? [];
  return rootSpelling(infinitive ?? noun ?? word);
};

const indexWords = (language: Language): Map<string, string> => {
  const index = new Map<string, string>();
  const put = (form: string, concept: string) => {
    if (!index.has(form)) index.set(form, concept);
  };
  for (const { concept, words } of entries) for (const word of words[language]) put(word, concept);
  for (const { concept, words } of entries) {
    for (const word of words[language]) {
      if (!word.includes('_')) put(listRoot(word, language), concept);
    }
  }
  return index;
};

const conceptsByForm: Record<Language, Map<string, string>> = { en: indexWords('en'), es: indexWords('es') };
const listed: Record<Language, Set<string>> = {
  en: new Set(entries.flatMap((entry) => entry.words.en)),
  es: new Set(entries.flatMap((entry) => entry.words.es)),
};
const actionClasses = new Map(entries.map(({ concept, action }) => [concept, action]));
const saidWords = new Map(entries.map(({ concept, words }) => [concept, words]));
const neighbours = neighbourhoods
  .split(';')
  .map((line) => new Set(line.trim().split(/\s+/)))
  .filter((group) => group.size > 1);

/** The longest phrase of the word list, in words. */
export const longestPhrase = 4;

/** The concept of a folded word, or of a phrase joined by `_`; undefined for a word that no list knows. */
export function conceptOf(form: string, language: Language): string | undefined {
  const index = conceptsByForm[language];
  for (const root of form.includes('_') ? [form] : rootsOf(form, language)) {
    const concept = index.get(root);
    if (concept !== undefined) return concept;
  }
  return undefined;
}

/** Whether a concept is an act, and of which class. */
export function actionClassOf(concept: string): ActionClass | undefined {
  return actionClasses.get(concept);
}

/** Whether two concepts are of one neighbourhood: related, not the same. */
export function areNeighbours(one: string, other: string): boolean {
  return neighbours.some((group) => group.has(one) && group.has(other));
}

/** The word to say for a concept, or undefined when the list has none. */
export function sayConcept(concept: string, language: Language): string | undefined {
  return saidWords.get(concept)?.[language][0]?.replaceAll('_', ' ');
}

/** Whether the list has the word exactly so, not by one of its roots. */
export function isListed(word: string, language: Language): boolean {
  return listed[language].has(word);
}
