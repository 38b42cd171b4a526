import type { Candidate, Source } from './candidate.ts';
import { hintedness, nameHintsOf } from './hint.ts';
import type { Slot } from './schema.ts';

/** Dates, months, times and moments of a text for a slot of that kind, in the form that its schema wants. */
export function findMoments(
  slot: Slot,
  kind: 'date' | 'month' | 'time' | 'date-time',
  source: Source,
): Candidate[] {
  const hints = nameHintsOf(slot);
  const times = source.entities.filter((entity) => entity.kind === 'time');
  if (kind === 'time') {
    return times.map(({ time, start, end, exact }) => ({ value: time, start, end, exact, rank: 0 }));
  }
  return source.entities.flatMap((entity) => {
    if (entity.kind !== 'date') return [];
    const { date, precision, start, end } = entity;
    const rank = hintedness(hints, source, start, end);
    if (kind === 'month') {
      return precision === 'month' ? [{ value: date, start, end, exact: entity.exact, rank }] : [];
    }
    if (precision === 'month') return [];
    if (kind === 'date') return [{ value: date, start, end, exact: entity.exact, rank }];
    const time = times.length === 1 ? times[0] : undefined;
    if (time === undefined) return [];
    const exact = entity.exact && time.exact;
    return [
      {
        value: `${date}T${time.time}:00Z`,
        start: Math.min(start, time.start),
        end: Math.max(end, time.end),
        exact,
        rank,
      },
    ];
  });
}
