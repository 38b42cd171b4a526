import type { JSONValue } from '@ai-sdk/provider';
import { allows } from './allows.ts';
import { findForeignAmount } from './amount.ts';
import type { Candidate, Source } from './candidate.ts';
import type { FillContext, Filling, Span } from './fill-context.ts';
import { candidatesOf, examplesOf } from './find-candidates.ts';
import { findInResults } from './from-results.ts';
import { findBrokenIdentifier } from './identifier.ts';
import { hasRole, isOrigin, playsRole } from './role.ts';
import type { Slot } from './schema.ts';
import type { SlotKind } from './slot-kind.ts';
import { slotKind } from './slot-kind.ts';

/** Kinds whose values outlive the message they were said in: "and its bill?" is about the same account. */
const remembered = new Set<SlotKind>(['identifier', 'email', 'phone', 'name']);
/** Kinds that an earlier result may supply. A result never decides how much or what is done. */
const supplied = new Set<SlotKind>(['identifier', 'email', 'phone', 'name', 'date', 'date-time']);

const isTaken = (taken: readonly Span[], source: Source, candidate: Candidate): boolean =>
  taken.some((span) => span.source === source && span.start < candidate.end && candidate.start < span.end);

const refusalOf = (slot: Slot, kind: SlotKind, source: Source, context: FillContext): string | undefined => {
  if (kind === 'identifier') return findBrokenIdentifier(slot, source, examplesOf(slot, context));
  return kind === 'money' ? findForeignAmount(slot, source) : undefined;
};

/** The best candidates; where it matters, a hint alone does not decide between two values. */
const choose = (
  slot: Slot,
  source: Source,
  candidates: readonly Candidate[],
  strict: boolean,
): Candidate[] => {
  const inRole = candidates.filter((candidate) => playsRole(slot.name, source, candidate.start));
  const pool = hasRole(slot.name) && inRole.length > 0 ? inRole : candidates;
  const rankOf = (candidate: Candidate) => (strict ? Math.floor(candidate.rank) : candidate.rank);
  const best = Math.max(...pool.map(rankOf));
  return pool.filter((candidate) => rankOf(candidate) === best);
};

const settle = (slot: Slot, source: Source, chosen: readonly Candidate[], strict: boolean): Filling => {
  const values = [...new Set(chosen.map((candidate) => candidate.value))];
  const [value] = values;
  if (value === undefined) return { state: 'missing' };
  if (values.length > 1) return { state: 'ambiguous', values };
  const spans = chosen.map(({ start, end }) => ({ source, start, end }));
  const isOpen = (candidate: Candidate) =>
    !candidate.exact || (!hasRole(slot.name) && isOrigin(source, candidate.start));
  if (strict && chosen.some(isOpen)) {
    const first = spans[0];
    return { state: 'refused', said: first === undefined ? '' : source.text.slice(first.start, first.end) };
  }
  return { state: 'filled', value, origin: 'user', spans };
};

const fromDefault = (slot: Slot): Filling => {
  const value: JSONValue | undefined = slot.schema.default;
  if (!slot.required || value === undefined || value === null) return { state: 'missing' };
  return { state: 'filled', value, origin: 'default', spans: [] };
};

/**
 * Fills one scalar slot: from the request, then the message, then what was said or found before. A value that the
 * schema forbids, an identifier with a typing error and a foreign currency are refused, not passed over: the words
 * of the present message always win over memory.
 */
export function fillSlot(slot: Slot, context: FillContext, taken: readonly Span[]): Filling {
  const kind = slotKind(slot);
  for (const [index, source] of context.sources.entries()) {
    const isMemory = index >= context.present;
    if (isMemory && !remembered.has(kind)) break;
    if (!slot.required && index > 0 && !context.wide) break;
    const offered = candidatesOf(slot, kind, source, context).filter(
      (candidate) =>
        (kind === 'text' || !isTaken(taken, source, candidate)) &&
        (kind === 'choice' || !isMemory || candidate.exact),
    );
    const allowed = offered.filter((candidate) => allows(slot.schema, candidate.value));
    if (allowed.length > 0)
      return settle(slot, source, choose(slot, source, allowed, context.strict), context.strict);
    const refused = offered[0] ?? undefined;
    const said =
      refused === undefined
        ? refusalOf(slot, kind, source, context)
        : source.text.slice(refused.start, refused.end);
    if (said !== undefined && !isMemory && (slot.required || context.strict))
      return { state: 'refused', said };
  }
  if (supplied.has(kind) && slot.required) {
    for (const leaves of context.results) {
      const [value, ...others] = findInResults(slot, leaves, examplesOf(slot, context));
      if (value === undefined || value === null) continue;
      if (others.length > 0)
        return { state: 'ambiguous', values: [value, ...others.filter((other) => other !== null)] };
      return { state: 'filled', value, origin: 'result', spans: [] };
    }
  }
  return fromDefault(slot);
}
