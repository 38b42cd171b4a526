import { differenceBetween, differenceOfRoles } from './difference.ts';
import type { Word } from './meaning.ts';
import { questionForm } from './question-form.ts';

/** Fewer words than this may mean anything. */
const TELLING = 2;

/** Of words that are counted here: the others are compared in their order, or only looked for. */
type Counted = 'number' | 'negation';
type Questioned = { question: string; words: readonly Word[] };

/**
 * Whether a question says nothing that those with one answer have not said. A word that none of them has is a new
 * question, and so are other numbers, a negation that the nearest or half of them do not have, one of something that
 * none of them denies, question words that none of the nearest has, another person, what the nearest calls a thing and
 * here is done, and the same words in another order.
 *
 * @param witnesses the nearest first
 * @param count how many of them count as the nearest
 */
export function isKnown(asked: Questioned, witnesses: readonly Questioned[], count: number): boolean {
  const { question, words } = asked;
  const known = new Set<string>();
  for (const witness of witnesses) for (const { word } of witness.words) known.add(word);
  if (words.filter(({ word }) => word !== 'whether').length < TELLING) return false;
  if (!words.every(({ word }) => known.has(word))) return false;
  const nearest = witnesses.slice(0, count);
  const alike = (kind: Counted) => nearest.filter((witness) => of(witness.words, kind) === of(words, kind));
  const denials = alike('negation');
  if (2 * alike('number').length < count || 2 * denials.length <= count) return false;
  if (denials[0] !== nearest[0]) return false;
  const [first] = nearest;
  if (first !== undefined && differenceOfRoles(words, first.words) !== undefined) return false;
  const denied = new Set(witnesses.flatMap((witness) => deniedIn(witness.words)));
  if (!deniedIn(words).every((word) => denied.has(word))) return false;
  const form = questionForm(question);
  if (!nearest.some((witness) => questionForm(witness.question) === form)) return false;
  return nearest.every(
    (witness) =>
      differenceOfRoles(words, witness.words) !== 'person' && differenceBetween(asked, witness) !== 'order',
  );
}

function of(words: readonly Word[], kind: Counted): string {
  const found = words.filter((word) => word.kind === kind).map(({ word }) => word);
  return kind === 'negation' ? String(found.length > 0) : found.toSorted().join('\n');
}

/** What follows each negation. */
function deniedIn(words: readonly Word[]): string[] {
  return words.flatMap(({ kind }, at) => (kind === 'negation' ? [words[at + 1]?.word ?? ''] : []));
}
