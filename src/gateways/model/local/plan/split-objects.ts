import { fold } from '../language/fold.ts';
import type { Clause } from '../request/clause.ts';
import { readClause } from '../request/read-clause.ts';
import type { Situation } from './intent-of.ts';
import { intentOf } from './intent-of.ts';

const joint = /,?\s+(?:and|as well as|plus|y|e)\s+/g;

const mostJoints = 3;

/**
 * Parts a clause with two objects ("the line status and the bill of AC-1042") when each half, read by itself, is
 * served by a different reading tool. Both halves keep the mood of the whole.
 */
export function splitObjects(clause: Clause, situation: Situation): Clause[] {
  for (const match of [...fold(clause.text).matchAll(joint)].slice(0, mostJoints)) {
    const [left, right] = [
      clause.text.slice(0, match.index),
      clause.text.slice(match.index + match[0].length),
    ];
    const { language } = situation.message;
    const halves = [left, right].map((text, index): Clause => {
      const start = clause.start + (index === 0 ? 0 : match.index + match[0].length);
      const { mood, refused, conditional, tentative, actions } = clause;
      const kept = { mood, refused, conditional, tentative };
      return {
        ...readClause(text, start, language, situation.now),
        ...kept,
        actions: index === 0 ? actions : [],
      };
    });
    const intents = halves.map((half) => intentOf(half, situation));
    const [one, other] = intents;
    if (one === undefined || other === undefined || one.tool === other.tool) continue;
    if (one.tool.effect === 'read' && other.tool.effect === 'read') return halves;
  }
  return [clause];
}
