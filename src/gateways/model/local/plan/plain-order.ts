import type { Language } from '../language/detect-language.ts';
import { featuresOf } from '../language/features.ts';
import type { ToolProfile } from '../rank/tool-profile.ts';
import type { Clause } from '../request/clause.ts';

/** Words that give an order another way out, leave somebody out of it, or make it wait. */
const clouded: Record<Language, RegExp> = {
  en: /\b(?:or|either|not|except|excluding|other than|apart from|besides|instead|rather than|nobody|no one|none|neither|nor|(?<!for )(?:when|once|after|before|until|till|as soon as)|pending|subject to|depending|contingent|unless|whichever|whatever|same (?:amount|as)|as much as|the rest|the difference|partial(?:ly)?|double|triple|twice)\b/,
  es: /\b(?:o|u|no|ni|excepto|salvo|menos|aparte de|en vez de|en lugar de|nadie|ningun[oa]?|nunca|(?<!por )(?:cuando|en cuanto|despues de|antes de|hasta)|una vez|pendiente de|sujeto a|segun|dependiendo|lo mismo|el mismo importe|el resto|la diferencia|parcial(?:mente)?|doble|triple)\b/,
};

/** Where the wish itself ends and its story begins: "…, I was promised it". */
const storyStart = /[,;:(–]|\s-\s|\.\s/;

/** How many words unknown to the tool an order may have, for each word that it knows. */
const strangeShare = 0.5;

/**
 * Whether an order is plain enough to act on: nothing in it that clouds what is meant, and hardly a word that the
 * tool does not know. A word right before the act ("goodwill credit") only describes it.
 *
 * @example
 * isPlainOrder(clause, tool, 'en'); // false for "credit the neighbour of AC-1042": who is that?
 */
export function isPlainOrder(clause: Clause, tool: ToolProfile, language: Language): boolean {
  if (clouded[language].test(clause.core)) return false;
  const features = featuresOf(clause.core, language);
  const [main] = clause.actions;
  const act = features.find((feature) => feature.key === main?.key);
  const end = clause.core.slice(act?.end ?? 0).search(storyStart);
  const told = features.filter((feature) => end < 0 || feature.start < (act?.end ?? 0) + end);
  // "Cancel the cancellation": the act is asked for and is what it is about.
  if (features.filter((feature) => feature.key === main?.key).length > 1) return false;
  const describes = (index: number) => told[index + 1] === act && act !== undefined;
  const strange = told.filter((feature, index) => !tool.vocabulary.has(feature.key) && !describes(index));
  return strange.length <= strangeShare * (told.length - strange.length);
}
