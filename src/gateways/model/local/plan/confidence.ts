import type { ToolProfile } from '../rank/tool-profile.ts';

/** Below this the model abstains: it does not know, and a person or a larger model should answer. */
export const abstainBelow = 0.6;

/** Confidence that a tool of an effect needs before it is called. */
export const neededFor: Record<ToolProfile['effect'], number> = { read: 0.6, write: 0.7, execute: 0.7 };

/** Confidence of answers that are no tool result. */
export const confidenceOf = {
  /** A greeting or thanks returned. */
  smallTalk: 0.9,
  /** The wish is clear, one value is missing and asked for. */
  question: 0.65,
  /** A wish that nothing serves. */
  abstention: 0.2,
  /** The user asks for a person. */
  person: 0.1,
  /** A call was refused by a person or a rule: certain, and nothing more to do. */
  denial: 0.8,
  /** A tool says that what was asked for does not exist: an answer. */
  notFound: 0.65,
  /** A tool failed, or a part of the message was not served: somebody else must go on. */
  failure: 0.4,
} as const;

const scoreAtZero = 0.12;
const scoreAtOne = 0.66;
const safeLead = 0.12;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/**
 * Confidence from a ranker's score: linear between the score of chance likeness and that of a plain match, less
 * when the next best tool is close, a little more when the words fill every slot that the tool needs.
 */
export function toolConfidence(fit: { score: number; next: number; complete: boolean }): number {
  const base = clamp((fit.score - scoreAtZero) / (scoreAtOne - scoreAtZero));
  const lead = clamp((fit.score - fit.next) / safeLead);
  return clamp(base * (0.75 + 0.25 * lead) + (fit.complete ? 0.1 : 0));
}
