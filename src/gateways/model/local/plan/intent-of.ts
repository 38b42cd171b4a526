import type { Ranked } from '../rank/rank-tools.ts';
import { rankTools } from '../rank/rank-tools.ts';
import type { ToolProfile } from '../rank/tool-profile.ts';
import type { Clause, Mood } from '../request/clause.ts';
import type { Message } from '../request/read-message.ts';
import { sourceOf } from '../request/read-message.ts';
import type { Source } from '../slots/candidate.ts';
import type { Entity } from '../slots/entity.ts';
import { overlaps } from '../slots/entity.ts';
import type { FilledInput } from '../slots/fill-input.ts';
import { fillInput } from '../slots/fill-input.ts';
import { neededFor, toolConfidence } from './confidence.ts';
import { mayServe } from './gate.ts';
import type { Intent } from './intent.ts';
import { findLookup } from './lookup.ts';
import { findOpenWords } from './open-order.ts';
import { unansweredKeys } from './unanswered-keys.ts';

/** What an understanding is built from. */
export type Situation = {
  message: Message;
  tools: readonly ToolProfile[];
  /** Earlier messages of the user, latest first. */
  memory: readonly Source[];
  now: Date;
};

/** A tool with effects that fits this much better than the best permitted one means: the wish was that act. */
const shadow = 0.06;
/** How many of the best ranked tools are tried with the values of the clause. */
const mostTried = 5;
const valueFit = { identifierUsed: 0.06, unused: -0.07, missing: -0.03 };
/** An intent whose value is missing must be this clear before the user is asked for it. */
const neededToAsk: Record<Mood, number> = { request: 0.75, question: 0.75, statement: 0.9 };

const valueKinds = new Set(['money', 'date', 'code', 'email', 'phone', 'number', 'percent', 'time', 'name']);

type Tried = { tool: ToolProfile; score: number; filled: FilledInput; unused: number };

/** How the values of a clause fit a tool: an identifier of its form speaks for it, a value without use against it. */
const tryTool = (ranked: Ranked, sources: readonly Source[]): Tried => {
  const { tool, score } = ranked;
  const [own] = sources;
  const { inputExamples } = tool;
  const strict = tool.effect !== 'read';
  const filled = fillInput(tool.slots, {
    sources,
    present: 2,
    results: [],
    strict,
    wide: false,
    inputExamples,
  });
  const used = filled.spans.filter((span) => span.source === own);
  const isUsed = (entity: Entity) => used.some((span) => overlaps(span, entity));
  const values = (own?.entities ?? []).filter((entity) => valueKinds.has(entity.kind));
  const held = new Set(filled.ambiguous.length + filled.refused.length > 0 ? values : values.filter(isUsed));
  const unused = values.length - held.size;
  const identifiers = [...held].filter((entity) => entity.kind === 'code' || entity.kind === 'phone').length;
  const fit =
    (identifiers > 0 ? valueFit.identifierUsed : 0) +
    unused * valueFit.unused +
    filled.missing.length * valueFit.missing;
  return { tool, score: score + fit, filled, unused };
};

const today = (now: Date): string => now.toISOString().slice(0, 10);

/** The tool that serves a clause, if one does with enough confidence. */
export function intentOf(clause: Clause, situation: Situation): Intent | undefined {
  const { message, tools, memory, now } = situation;
  const own = sourceOf(clause.text, message.language, now);
  const sources = [own, message.source, ...memory];
  const tried = rankTools(clause, message.language, tools)
    .slice(0, mostTried)
    .map((ranked) => tryTool(ranked, sources))
    .sort((one, other) => other.score - one.score);
  const best = tried.find(({ tool }) => mayServe(tool, clause, message));
  const [first] = tried;
  if (best === undefined || first === undefined || first.score > best.score + shadow) return undefined;
  const next = tried.find((other) => other !== best)?.score ?? 0;
  const { missing, ambiguous, refused, spans } = best.filled;
  const asksBack = ambiguous.length + refused.length > 0;
  const isOrder = best.tool.effect !== 'read' && !asksBack;
  if (isOrder && findOpenWords(best.tool, own, spans, today(now)) !== undefined) return undefined;
  const [slot] = missing;
  const context = { sources, present: 2, results: [], strict: false, wide: true, inputExamples: [] };
  const canLookUp = slot !== undefined && findLookup(slot, tools, context) !== undefined;
  const isEmpty = unansweredKeys(best.filled, best.tool.slots).length > 0;
  const asksForTool = clause.actions.some((action) => best.tool.actions.has(action.key));
  if (isEmpty && (best.unused > 0 || !asksForTool)) return undefined;
  const complete = !isEmpty && !asksBack && (missing.length === 0 || (missing.length === 1 && canLookUp));
  const confidence = toolConfidence({ score: best.score, next, complete });
  const isClear = confidence >= (complete ? neededFor[best.tool.effect] : neededToAsk[clause.mood]);
  return isClear ? { tool: best.tool, clause, confidence, sources, present: 2, wide: false } : undefined;
}
