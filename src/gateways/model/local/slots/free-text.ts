import type { Candidate, Source } from './candidate.ts';
import { overlaps } from './entity.ts';
import { hintsOf, nameHintsOf } from './hint.ts';
import type { Slot } from './schema.ts';

const reasonMarkers =
  /(?:\b(?:because(?: of)?|due to|since (?=(?:the|my|our|i|it|you|we|this|there)\b)|as compensation for|as an apology for|on account of|reason is|porque|debido a|ya que|a causa de|el motivo es|como compensacion por|dado que)(?![\p{L}])|\b(?:reason|motivo)\s*:)\s*/u;
const duration = String.raw`(?:\w+ ){0,3}(?:day|week|month|year|hour|minute|while|bit|moment|dia|semana|mes|ano|hora|minuto|rato)s?\b`;
const weakReasonMarkers = new RegExp(
  String.raw`\b(?:for|por)\s+(?!${duration})(?=(?:the|a|an|my|our|this|that|having|being|all|el|la|los|las|un|una|mi|este|esta|haber)\b)`,
);
const wordsMarkers =
  /(?:\b(?:saying|that says|stating|with the text|diciendo|que diga|con el texto)\b(?:\s+that|\s+que)?|:)\s*/;
const endOfReason =
  /[.!?;](?:\s|$)|\n|,?\s+(?:please|por favor|thanks|gracias)\b|,?\s+(?:and|y)\s+(?:then|also|luego|tambien)\b/;
const wholeRequest = new Set([
  'query',
  'question',
  'search',
  'request',
  'prompt',
  'consulta',
  'pregunta',
  'topic',
  'keyword',
  'keywords',
]);

const named = new Set(['code', 'money', 'email', 'phone', 'name']);

const after = (source: Source, marker: RegExp, end: RegExp): Candidate[] => {
  const match = marker.exec(source.folded);
  if (match === null) return [];
  const start = match.index + match[0].length;
  const length = end.exec(source.folded.slice(start))?.index ?? source.text.length - start;
  const value = source.text
    .slice(start, start + length)
    .trim()
    .replace(/[,\s]+$/, '');
  return value === '' ? [] : [{ value, start, end: start + length, exact: true, rank: 0 }];
};

/** What follows "because"; what follows "for" too, unless it names a thing: "for my account AC-1042". */
const findReason = (source: Source): Candidate[] => {
  const plain = after(source, reasonMarkers, endOfReason);
  if (plain.length > 0) return plain;
  const isThing = (candidate: Candidate) =>
    source.entities.some((entity) => named.has(entity.kind) && overlaps(entity, candidate));
  return after(source, weakReasonMarkers, endOfReason).filter((candidate) => !isThing(candidate));
};

/**
 * Free text for a slot, in the user's own words: what follows "because" for a reason, a quotation or what follows
 * "saying" for a note or message, the whole request for a query, else what stands after the slot's own name.
 */
export function findFreeText(slot: Slot, source: Source): Candidate[] {
  const hints = hintsOf(slot);
  const name = slot.name.toLowerCase();
  const quoted = source.entities.filter((entity) => entity.kind === 'quoted');
  const quotations = quoted.map(({ text, start, end }) => ({
    value: text,
    start,
    end,
    exact: true,
    rank: 1,
  }));
  if (nameHintsOf(slot).has('reason')) return findReason(source);
  if (wholeRequest.has(name)) {
    return [{ value: source.text.trim(), start: 0, end: source.text.length, exact: true, rank: 0 }];
  }
  if (
    ['note', 'message'].some((hint) => hints.has(hint)) ||
    /^(?:text|body|content|summary|subject|title)$/.test(name)
  ) {
    return quotations.length > 0 ? quotations : after(source, wordsMarkers, /\n/);
  }
  const label = name.replace(/[^a-z]+/g, ' ').trim();
  const labelled =
    label === ''
      ? []
      : after(source, new RegExp(String.raw`\b${label}\b\s*(?:is|es|=|:|as|to)\s+`), /[.,;!?\n]/);
  return labelled.length > 0 ? labelled : quotations;
}
