import { conceptOf } from './lexicon.ts';
import { countStopWords } from './stop-words.ts';
import { tokenise } from './tokenise.ts';

/** A language that the model speaks. */
export type Language = 'en' | 'es';

const spanishLetters = /[ñ¿¡áéíóúü]/i;
const wordEndings = /(?:cion|ciones|dad|mente|ando|iendo|aste|aron|eis|ito|ita)$/;

/**
 * English or Spanish, by function words, listed words, letters and endings; `fallback` when the text says nothing
 * ("AC-1042", "ok").
 *
 * @example
 * detectLanguage('¿cuánto debo?'); // 'es'
 * detectLanguage('AC-1042', 'es'); // 'es'
 */
export function detectLanguage(text: string, fallback: Language = 'en'): Language {
  const words = tokenise(text).map((token) => token.word);
  const counted = countStopWords(words);
  const letters = spanishLetters.test(text) ? 1.5 : 0;
  const endings = words.filter((word) => word.length > 5 && wordEndings.test(word)).length * 0.5;
  const listed = (language: Language, other: Language) =>
    words.filter((word) => conceptOf(word, language) !== undefined && conceptOf(word, other) === undefined)
      .length;
  const spanish = counted.es + letters + endings + listed('es', 'en') * 0.6;
  const english = counted.en + listed('en', 'es') * 0.6;
  if (spanish === english) return fallback;
  return spanish > english ? 'es' : 'en';
}
