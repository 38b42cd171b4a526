import { conceptOf } from '../language/lexicon.ts';
import { tokenise } from '../language/tokenise.ts';
import type { ToolProfile } from '../rank/tool-profile.ts';
import type { Source } from '../slots/candidate.ts';
import type { Entity } from '../slots/entity.ts';
import { overlaps } from '../slots/entity.ts';
import type { Span } from '../slots/fill-context.ts';

const repeats = /^(?:times|x|veces|mal)$/;

/** Whether a number counts the act itself ("two credits of $5"), so that one call would be too few. */
const countsAct = (entity: Entity, source: Source, tool: ToolProfile): boolean => {
  if (entity.kind !== 'number') return false;
  const next = tokenise(source.text.slice(entity.end, entity.end + 24))[0]?.word ?? '';
  const concept = conceptOf(next, source.language);
  return repeats.test(next) || (concept !== undefined && tool.actions.has(concept));
};

/**
 * The words of an order that no slot takes and that change what is meant: a day that is still to come, a share of
 * something, a count of the act. An order with such words is not explicit; undefined when it has none.
 *
 * @example
 * findOpenWords(tool, source, spans, '2026-03-03'); // for "pay $200 next Friday": 'next Friday'
 */
export function findOpenWords(
  tool: ToolProfile,
  source: Source,
  spans: readonly Span[],
  today: string,
): string | undefined {
  const open = source.entities.find((entity) => {
    if (spans.some((span) => span.source === source && overlaps(span, entity))) return false;
    if (entity.kind === 'percent') return true;
    if (entity.kind === 'date') return entity.date > today.slice(0, entity.date.length);
    return countsAct(entity, source, tool);
  });
  return open === undefined ? undefined : source.text.slice(open.start, open.end).trim();
}
