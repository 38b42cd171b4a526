import type { ToolProfile } from '../rank/tool-profile.ts';
import type { Clause } from '../request/clause.ts';
import type { Source } from '../slots/candidate.ts';
import type { FilledInput } from '../slots/fill-input.ts';

/** A wish of the user's with the tool that serves it. */
export type Intent = {
  tool: ToolProfile;
  clause: Clause;
  /** 0 to 1. */
  confidence: number;
  /** Where its values come from: the clause, the message, earlier messages; the first `present` are of this message. */
  sources: readonly Source[];
  present: number;
  /** The only intent of its message, so that the whole message is about it. */
  wide: boolean;
};

/** A call that is ready to be made. */
export type PlannedCall = { tool: ToolProfile; input: FilledInput['input'] };

/** What the user's message asks for, as far as it is understood. */
export type Understanding = {
  intents: readonly Intent[];
  /** Wishes that no tool serves, in the user's words. */
  leftovers: readonly string[];
};
