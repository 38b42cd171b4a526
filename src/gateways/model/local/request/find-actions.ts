import type { Language } from '../language/detect-language.ts';
import type { Feature } from '../language/features.ts';
import { featuresOf } from '../language/features.ts';
import { actionClassOf } from '../language/lexicon.ts';
import type { Action } from './clause.ts';
import type { Opening } from './opening.ts';

/** Verbs that carry the act in their object: "run a test", "apply a credit". */
const carriers = new Set(['run', 'apply', 'add', 'create', 'send', 'book', 'open']);
const mostFeatures = 4;

const definite =
  /\b(?:the|my|our|your|his|her|their|its|that|this|these|those|el|la|los|las|mi|mis|su|sus|tu|tus|nuestra|nuestro|ese|esa|este|esta|del|al)\s+(?:(?!an?\b|un\b|una\b)[\p{L}]+\s+)?$/u;
const participle = /(?:[^e]ed|ado|ada|ados|adas|ido|ida)$/;
/** Before a participle: something that was done, not something to do. */
const finished =
  /\b(?:you|we|they|i|he|she|it|who|that|which|was|were|is|are|been|being|has|have|had|already|just|que|ha|han|has|habeis|hemos|fue|fueron|esta|estan|ya)\s+(?:[\p{L}]+\s+)?$/u;
/** Between a verb and its object stands nothing that leads elsewhere; "on [AC-1042]" and "[$5] of" do not. */
const placed = /\b(?:on|to|in|for|en|a|al|para)\s{3,}|\s{3,}(?:of|in|de|en)\b/g;
const leadsAway =
  /\b(?:to|for|of|about|on|in|how|that|which|what|who|why|if|whether|from|by|regarding|concerning|de|para|sobre|como|que|por|en)\b/;
/** "Take back" and "put off" are not "take" and "put". */
const particle = /^(?:give|get|make|do|put|take|let|have|go) (?:back|away|off|out|down|over|up|aside|rid)\b/;

/** Openings that a verb follows, whether a list knows it or not. */
const asksForVerb = new Set<Opening['kind']>(['lead', 'permission']);

const toAction = (feature: Feature): Action => ({
  key: feature.key,
  class: actionClassOf(feature.key),
  known: feature.known,
});

/** Whether the act of a feature is asked for as something new: "a credit", not "the credit" nor "credit history". */
const isAskedFor = (features: readonly Feature[], index: number, text: string): boolean => {
  const feature = features[index];
  if (feature === undefined) return false;
  const before = text.slice(0, feature.start);
  if (leadsAway.test(before.replace(placed, ' '))) return false;
  if (feature.isSplit) return true;
  if (participle.test(feature.word)) return !finished.test(before);
  const next = features[index + 1];
  if (next !== undefined && /^\s$/.test(text.slice(feature.end, next.start))) return false;
  return !definite.test(before);
};

/** What is wanted when no word of it is a verb: "give her [a voucher]". */
const wantedThing = (features: readonly Feature[], text: string): Action[] => {
  const head = features.findIndex((feature, index) => {
    const next = features[index + 1];
    return next === undefined || !/^\s$/.test(text.slice(feature.end, next.start));
  });
  const feature = features[head];
  if (feature === undefined || actionClassOf(feature.key) !== undefined) return [];
  const before = text.slice(0, feature.start);
  if (definite.test(before) || leadsAway.test(before.replace(placed, ' '))) return [];
  return [{ ...toAction(feature), isThing: true }];
};

/** The features after a place, with offsets from there; what stands before still parts verbs from their particles. */
const featuresFrom = (folded: string, at: number, language: Language): Feature[] =>
  featuresOf(folded, language)
    .filter((feature) => feature.start >= at)
    .map((feature) => ({ ...feature, start: feature.start - at, end: feature.end - at }));

/**
 * The acts that a clause asks for, the most telling first: its verb, and for verbs that say little ("give", "run")
 * the act named by their object.
 *
 * @example
 * findActions('give me a credit', { at: 0, kind: 'order' }, 'en'); // [{ key: 'credit', class: 'changing', known: true }]
 */
export function findActions(folded: string, opening: Opening, language: Language): Action[] {
  if (opening.kind === 'question' || opening.kind === 'none') return [];
  const rest = folded.slice(opening.at);
  const features = featuresFrom(folded, opening.at, language).slice(0, mostFeatures);
  const [first] = features;
  if (first === undefined) return [];
  const apart = particle.exec(rest);
  if (apart !== null) return [{ key: apart[0], class: undefined, known: false }];
  const leads = first.start === 0;
  const isVerb =
    leads && (actionClassOf(first.key) !== undefined || (asksForVerb.has(opening.kind) && !first.known));
  if (isVerb && !carriers.has(first.key)) return [toAction(first)];
  const objects = features.filter(
    (feature, index) =>
      actionClassOf(feature.key) !== undefined &&
      index >= (isVerb ? 1 : 0) &&
      isAskedFor(features, index, rest),
  );
  const [object] = objects;
  if (object === undefined && !isVerb) return wantedThing(features, rest);
  return [...(object === undefined ? [] : [toAction(object)]), ...(isVerb ? [toAction(first)] : [])];
}
